"""Renders Janus' configuration for the embedded plane: `python3 deploy/janus/render.py OUT --http-port 8088 …`.

Loopback HTTP only, one plugin (VideoRoom), one transport (HTTP), both APIs behind secrets. Janus reads OUT and writes
nothing: run `janus --configs-folder OUT` in the foreground, it logs to stdout and ends on SIGTERM with code 0.
The secrets come from JANUS_API_SECRET and JANUS_ADMIN_SECRET, each also as NAME_FILE; files are written 0600.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"
KEPT = {"libjanus_videoroom.so", "libjanus_http.so"}
# Bridges of containers and virtual machines only add candidate pairs that never connect.
VIRTUAL = "vmnet,docker,veth,br-,virbr"


@dataclass(frozen=True, slots=True)
class Options:
    """`ice_addresses`: interfaces or address prefixes to offer, comma-separated; empty: all but `ice_ignore`.

    `nat_1_1`: public addresses that replace the host's own in candidates. `rtp_ports`: "low-high", UDP, one per peer.
    """

    http_port: int
    admin_port: int
    api_secret: str
    admin_secret: str
    ice_addresses: str = ""
    ice_ignore: str = VIRTUAL
    nat_1_1: str = ""
    rtp_ports: str = "20000-40000"
    libraries: str = ""


def render(out: Path, options: Options) -> list[str]:
    """Writes the configuration into `out`; returns the command that runs it. ValueError: a value is no good."""
    values = _values(out, options)
    out.mkdir(parents=True, exist_ok=True)
    for template in sorted(TEMPLATES.glob("*.jcfg")):
        _write(out / template.name, Template(template.read_text()).substitute(values))
    return ["janus", "--configs-folder", str(out)]


def _values(out: Path, options: Options) -> Mapping[str, object]:
    libraries = Path(options.libraries) if options.libraries else _libraries()
    return {
        "configs": _plain(str(out)),
        "libraries": libraries,
        "http_port": options.http_port,
        "admin_port": options.admin_port,
        "api_secret": _secret(options.api_secret),
        "admin_secret": _secret(options.admin_secret),
        "rtp_ports": _plain(options.rtp_ports),
        "ice_enforce": _line("ice_enforce_list", options.ice_addresses),
        "ice_ignore": _plain(options.ice_ignore),
        "nat_1_1": _line("nat_1_1_mapping", options.nat_1_1),
        "disabled_plugins": _others(libraries / "plugins"),
        "disabled_transports": _others(libraries / "transports"),
        "disabled_loggers": _others(libraries / "loggers"),
    }


def _libraries() -> Path:
    """Debian keeps them under the architecture's own folder."""
    found = sorted(Path("/usr/lib").glob("*/janus"))
    if not found:
        raise ValueError("Janus' plugins are not installed (Debian package janus), or name them with --libraries")
    return found[0]


def _others(folder: Path) -> str:
    return ",".join(sorted({library.name for library in folder.glob("*.so")} - KEPT))


def _line(name: str, value: str) -> str:
    return f'\t{name} = "{_plain(value)}"' if value else ""


def _plain(value: str) -> str:
    if re.search(r'["\\\n]', value):
        raise ValueError(f"{value!r} cannot stand in a configuration string")
    return value


def _secret(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{32,}", value):
        raise ValueError("a secret needs at least 32 letters, digits, - or _")
    return value


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text)


def _from_environment(name: str) -> str:
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else os.environ.get(name, "")


def _flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Renders Janus' configuration for the embedded plane.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--http-port", type=int, default=8088)
    parser.add_argument("--admin-port", type=int, default=7088)
    parser.add_argument("--ice-addresses", default="", help="interfaces or addresses to offer; default: all real ones")
    parser.add_argument("--ice-ignore", default=VIRTUAL)
    parser.add_argument("--nat-1-1", default="", help="public addresses that stand for the host's own")
    parser.add_argument("--rtp-ports", default="20000-40000")
    parser.add_argument("--libraries", default="", help="folder with plugins/ and transports/")
    return parser.parse_args()


def main() -> int:
    flags = vars(_flags())
    out = flags.pop("out")
    try:
        flags.update({name: _from_environment(f"JANUS_{name.upper()}") for name in ("api_secret", "admin_secret")})
        print(" ".join(render(out.resolve(), Options(**flags))))
    except (OSError, ValueError) as error:
        print(f"render.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
