"""A PostgreSQL cluster of our own: loopback only, scram passwords, no Unix socket; run by `postgres` if we are root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg

from deploy.local.errors import StackError
from deploy.local.layout import Layout
from deploy.local.secret_files import read_secret

ROLE = DATABASE = "cctv"
HBA = "host all all 127.0.0.1/32 scram-sha-256\n"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    # Crashes of the machine may cost a demo's or a test's rows; crashes of processes cost nothing.
    "fsync": "off",
    "full_page_writes": "off",
}


def bin_dir(cluster: Path) -> Path:
    """PostgreSQL's programs: of the version that made the cluster, else the newest."""
    found = {path.parent.name: path for path in Path("/usr/lib/postgresql").glob("*/bin")}
    version = (cluster / "PG_VERSION").read_text().strip() if (cluster / "PG_VERSION").exists() else None
    if version in found:
        return found[version]
    if version or not found:
        raise StackError(f"PostgreSQL {version or ''} is not installed (run `make setup`; `make clean` starts afresh).")
    return found[max(found, key=float)]


def owner() -> str | None:
    """PostgreSQL refuses to run as root; everybody else runs it as themselves."""
    return "postgres" if os.geteuid() == 0 else None


def initialise(layout: Layout) -> None:
    """Make cluster, role and database; whole or not at all, so that an interrupted start is repaired by the next."""
    cluster = layout.postgres
    done = cluster / "cctv-ready"
    if _as_owner(["test", "-e", str(done)], check=False).returncode == 0:
        return
    shutil.rmtree(cluster, ignore_errors=True)
    _make_folder(cluster)
    programs = bin_dir(cluster)
    wanted = ["--username=postgres", "--auth=reject", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _as_owner([str(programs / "initdb"), "-D", str(cluster), *wanted])
    _as_owner(["tee", str(cluster / "pg_hba.conf")], stdin=HBA)
    single = [str(programs / "postgres"), "--single", "-D", str(cluster), "-c", "exit_on_error=on", "postgres"]
    _as_owner(single, stdin=_sql(read_secret(layout, "DATABASE_PASSWORD")))
    _as_owner(["touch", str(done)])


def _sql(password: str) -> str:
    """One statement a line. The role may make databases, because each test run makes its own."""
    if not re.fullmatch(r"[\w-]+", password):
        raise StackError("The database password in the secrets folder has letters that we did not put there.")
    return f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"


def _make_folder(cluster: Path) -> None:
    cluster.mkdir(mode=0o700)
    user = owner()
    if user:
        shutil.chown(cluster, user, user)


def _as_owner(command: list[str], *, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, user=owner(), group=owner(), cwd="/", timeout=120
    )
    if check and done.returncode != 0:
        raise StackError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return done


def command(layout: Layout, port: int) -> list[str]:
    flags = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return [str(bin_dir(layout.postgres) / "postgres"), "-D", str(layout.postgres), "-p", str(port), *flags]


def ready(layout: Layout, port: int) -> bool:
    try:
        with psycopg.connect(
            host="127.0.0.1",
            port=port,
            dbname=DATABASE,
            user=ROLE,
            password=read_secret(layout, "DATABASE_PASSWORD"),
            connect_timeout=2,
        ):
            return True
    except psycopg.Error:
        return False
