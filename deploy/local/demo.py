"""The whole demo: services, then a migrated and seeded database, then our own programs and the cameras."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from deploy.local import keeper, programs, readiness, stack, supervisord_conf
from deploy.local.environment import for_programs
from deploy.local.errors import StackError
from deploy.local.layout import REPO
from deploy.local.secret_files import read_secret
from deploy.local.stack import Stack

LATER = ("web", "cameras")
ADMIN = "admin"


def bring_up(here: Stack, *, follow: bool = False) -> None:
    """Everything ready when it returns; nothing left running when it raises. A running demo is left as it is."""
    if keeper.running(here.layout):
        _wait_ready(here)
        return
    try:
        _say(f"starting {stack.titles(here.plane.services)}")
        stack.start_services(here, here.plane.services, also=LATER, follow=follow)
        _prepare(here)
        _say("starting web, workers, beat and cameras")
        _start_apps(here)
        _wait_ready(here)
    except BaseException:
        stack.stop(here.layout)
        raise


def extra_cameras() -> int:
    raw = os.environ.get("DEMO_CAMERAS") or "0"
    if not raw.isdigit() or int(raw) > 200:
        raise StackError(f"DEMO_CAMERAS={raw} is not a number of cameras (0 to 200).")
    return int(raw)


def _say(text: str) -> None:
    print(f"demo: {text}", file=sys.stderr, flush=True)


def _prepare(here: Stack) -> None:
    """Static files while the database is migrated and seeded."""
    _say("migrating and seeding the database")
    with ThreadPoolExecutor(1) as pool:
        files = pool.submit(_collect_static, here)
        _manage(here, "seed_demo", "--migrate")
        files.result()


def _manage(here: Stack, *args: str) -> None:
    env = for_programs(here.layout, here.ports, plane=here.plane) | {"DEMO_CAMERAS": str(extra_cameras())}
    done = subprocess.run(
        [sys.executable, "manage.py", *args], cwd=REPO, env=env, capture_output=True, text=True, timeout=300
    )
    with here.layout.log_file("manage").open("a") as log:
        log.write(done.stdout + done.stderr)
    if done.returncode != 0:
        raise StackError(f"manage.py {args[0]} failed:\n{(done.stderr or done.stdout).strip()[-2000:]}")


def _collect_static(here: Stack) -> None:
    """Only when a file changed: hashing and compressing them takes seconds."""
    stamp, now = here.layout.run / "static.stamp", _static_digest()
    if stamp.exists() and stamp.read_text() == now:
        return
    _manage(here, "collectstatic", "--noinput", "-v", "0")
    stamp.write_text(now)


def _static_digest() -> str:
    seen = hashlib.sha256()
    for path in sorted([*(REPO / "static").rglob("*"), REPO / "requirements.txt", REPO / "cctv" / "storage.py"]):
        with suppress(FileNotFoundError):
            seen.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _start_apps(here: Stack) -> None:
    env = for_programs(here.layout, here.ports, plane=here.plane)
    apps = programs.apps(here.layout, here.ports, here.plane, env, extra_cameras=extra_cameras())
    supervisord_conf.write_apps(here.layout, apps)
    rpc = here.rpc()
    rpc.call("reloadConfig")
    for app in apps:
        rpc.call("addProcessGroup", app.name)


def _wait_ready(here: Stack) -> None:
    log, at = here.layout.log_file, here.ports
    web = f"The web server on port {at.web} (/readyz)"
    readiness.wait(web, lambda: readiness.web_ready(at.web), log=log("web"), seconds=readiness.WEB_SECONDS)
    cameras = f"The cameras' RTSP server on port {at.cameras}"
    readiness.wait(cameras, lambda: readiness.rtsp_ready(at.cameras), log=log("cameras"))


def access(here: Stack) -> dict[str, str]:
    """What somebody needs to use the demo."""
    return {
        "url": here.environment()["PUBLIC_BASE_URL"],
        "username": ADMIN,
        "password": read_secret(here.layout, "DEMO_PASSWORD"),
        "api_key": read_secret(here.layout, "DEMO_API_KEY"),
    }


def access_line(here: Stack) -> str:
    return json.dumps(access(here))


def log_files(here: Stack) -> list[Path]:
    return sorted(here.layout.log.glob("*.log"))
