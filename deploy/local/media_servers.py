"""LiveKit, its Ingress, and MediaMTX in a local stack: the committed configurations, with loopback addresses put in.

None of the three is in a package registry: each is found by its variable (LIVEKIT_SERVER_BIN and so on) or on PATH.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.local.errors import StackError
from deploy.local.layout import REPO, Layout
from deploy.local.ports import Ports
from deploy.local.secret_files import read_secret, write_private
from deploy.local.supervisord_conf import Program

LOOPBACK = "127.0.0.1"
KEY = "cctv-local"
PROGRAMS = {
    "livekit": ("LIVEKIT_SERVER_BIN", "livekit-server"),
    "ingress": ("LIVEKIT_INGRESS_BIN", "livekit-ingress"),
    "mediamtx": ("MEDIAMTX_BIN", "mediamtx"),
    "front": ("HAPROXY_BIN", "haproxy"),
}
Config = dict[str, Any]
# Cores; below what is ever idle less the idle share that Ingress keeps free.
ALWAYS_ACCEPTED = -1000.0


def found(name: str, env: Mapping[str, str] = os.environ) -> str | None:
    """The path of that server's program; None where this machine has none."""
    variable, program = PROGRAMS[name]
    return shutil.which(env.get(variable) or program)


def refuse_missing(names: Iterable[str]) -> None:
    """Raises StackError that names each missing program and its variable."""
    lines = [f"the program {name} is missing; put it on PATH, or set {_variable(name)}" for name in missing(names)]
    if lines:
        raise StackError("Nothing was started: " + "; ".join(lines) + ".")


def missing(names: Iterable[str]) -> list[str]:
    """The programs behind these servers that this machine has not."""
    return [PROGRAMS[name][1] for name in names if name in PROGRAMS and not found(name)]


def _variable(usual: str) -> str:
    return next(variable for variable, name in PROGRAMS.values() if name == usual)


def program(name: str) -> str:
    return found(name) or PROGRAMS[name][1]


def livekit(layout: Layout, ports: Ports) -> Program:
    config = _committed("livekit.yaml")
    config["redis"] = _redis(config["redis"], ports)
    config |= {"port": ports.livekit, "bind_addresses": [LOOPBACK]}
    config["keys"] = {KEY: read_secret(layout, "LIVEKIT_API_SECRET")}
    config["rtc"] = _rtc(config.get("rtc", {}), udp=ports.livekit_udp) | {"tcp_port": ports.livekit_tcp}
    config["webhook"] = {"api_key": KEY, "urls": [f"http://{LOOPBACK}:{ports.site}/webhook/livekit"]}
    config["ingress"] = {"whip_base_url": f"http://{LOOPBACK}:{ports.ingress}/w"}
    config.pop("prometheus", None)
    return Program(name="livekit", command=_command(layout, "livekit", config, "--config"), priority=20)


def ingress(layout: Layout, ports: Ports) -> Program:
    config = _committed("ingress.yaml")
    config["redis"] = _redis(config["redis"], ports)
    config |= {
        "api_key": KEY,
        "api_secret": read_secret(layout, "LIVEKIT_API_SECRET"),
        "ws_url": f"ws://{LOOPBACK}:{ports.livekit}",
        "whip_port": ports.ingress,
        "health_port": ports.ingress_health,
        "http_relay_port": ports.ingress_relay,
        "rtmp_port": -1,
        "rtc_config": _rtc(config.get("rtc_config", {}), udp=ports.ingress_udp),
        # By itself it refuses ingests while no third of all cores is idle, and a machine that tests is seldom so idle.
        "cpu_cost": {**config["cpu_cost"], "whip_bypass_transcoding_cpu_cost": ALWAYS_ACCEPTED},
    }
    config.pop("prometheus_port", None)
    return Program(name="ingress", command=_command(layout, "ingress", config, "--config"), priority=30)


def mediamtx(layout: Layout, ports: Ports) -> Program:
    config = _committed("mediamtx.yml")
    config |= {
        "apiAddress": f"{LOOPBACK}:{ports.mediamtx}",
        "rtspAddress": f"{LOOPBACK}:{ports.mediamtx_rtsp}",
        "hlsAddress": f"{LOOPBACK}:{ports.mediamtx_hls}",
        "authHTTPAddress": f"http://{LOOPBACK}:{ports.site}/webhook/mediamtx",
    }
    config["metrics"] = False
    return Program(name="mediamtx", command=_command(layout, "mediamtx", config), priority=20)


def _committed(name: str) -> Config:
    with (REPO / "deploy" / name).open() as file:
        config: Config = yaml.safe_load(file)
    return config


def _redis(committed: Config, ports: Ports) -> Config:
    """The product's database number, which is not ours; no password on loopback."""
    return {"address": f"{LOOPBACK}:{ports.redis}", "db": committed["db"]}


def _rtc(committed: Config, *, udp: int) -> Config:
    """One UDP port for everybody, on loopback: neither server offers it unless told to."""
    kept = {name: value for name, value in committed.items() if not name.startswith("port_range")}
    return kept | {
        "udp_port": udp,
        "node_ip": LOOPBACK,
        "use_external_ip": False,
        "enable_loopback_candidate": True,
        "interfaces": {"includes": ["lo"]},
    }


def _command(layout: Layout, name: str, config: Config, *flag: str) -> list[str]:
    path: Path = layout.run / f"{name}.yaml"
    write_private(path, yaml.safe_dump(config, sort_keys=False))
    return [program(name), *flag, str(path)]
