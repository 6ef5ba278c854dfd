"""`python3 -m deploy.compose.trial`: secrets, a certificate and .env for a trial; what is there already is kept.

Needs Python's own library and openssl only, so that a host with nothing but Docker can run it.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAYS = 90
LIVEKIT_CPUS = 4


def _word() -> str:
    return secrets.token_urlsafe(32)


SECRETS: dict[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_urlsafe(48),
    "field_encryption_keys": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "database_password": _word,
    "valkey_password": _word,
    "livekit_api_secret": _word,
    "turn_shared_secret": _word,
    "grafana_password": _word,
}


def make(root: Path = ROOT, address: str | None = None) -> list[str]:
    """Make what is missing below `root`, and answer its names. `address`: this host's, as viewers reach it."""
    folder = root / "secrets"
    folder.mkdir(exist_ok=True)
    # The folder keeps other users out. The files are mounted into containers as they are, and the programs there
    # run under users of their own, so that the files themselves must be readable (as they are in a Swarm).
    folder.chmod(0o700)
    made = [name for name, value in SECRETS.items() if _written(folder / name, value)]
    address = address or own_address()
    made += [".env"] if _written(root / ".env", lambda: environment(root, address), 0o600) else []
    names = list(dict.fromkeys([*_set_in(root / ".env", "SITE_HOST", "TURN_DOMAIN", "NODE_IP"), "localhost"]))
    made += ["site_pem"] if _written(folder / "site_pem", lambda: certificate(names)) else []
    return made


def environment(root: Path, address: str) -> str:
    """.env.example with the address that LiveKit announces, and no more cores than there are."""
    text = (root / ".env.example").read_text()
    text = re.sub(r"(?m)^NODE_IP=.*$", f"NODE_IP={address}", text)
    return re.sub(r"(?m)^LIVEKIT_CPUS=.*$", f"LIVEKIT_CPUS={min(LIVEKIT_CPUS, os.cpu_count() or 1)}", text)


def own_address() -> str:
    """The address of the interface with the default route. Nothing is sent: the socket is only bound."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def certificate(names: list[str]) -> str:
    """A self-signed certificate for `names` and its key, in PEM."""
    kinds = ",".join(f"{'IP' if re.fullmatch('[0-9.]+', name) else 'DNS'}:{name}" for name in names)
    # Both go to standard output, so that the key is in no file but its own.
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "-", "-days", str(DAYS)]
    command += ["-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={kinds}"]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def _set_in(path: Path, *names: str) -> list[str]:
    found = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", path.read_text()))
    return [value for name in names if (value := found.get(name, "").strip())]


def _written(path: Path, text: Callable[[], str], mode: int = 0o444) -> bool:
    if path.exists():
        return False
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text().rstrip("\n") + "\n")
    path.chmod(mode)
    return True


if __name__ == "__main__":
    made = make()
    print("made: " + ", ".join(made) if made else "all there already", file=sys.stderr)
