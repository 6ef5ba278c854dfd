"""Real RTSP cameras for the demo and the tests: `/usr/bin/python3 deploy/demo/cameras.py [--port 18554] …`.

One gst-rtsp-server on loopback serves every mount of `camera_list`; a camera encodes only while somebody reads it.
Prints `{"event": "ready", "port": …, "mounts": […]}` when it serves. Exit codes: 0 after SIGTERM or SIGINT, 2 for a
taken port or a wrong flag.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

import gi

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer

from deploy.demo.camera_list import CITY, ODD, CameraSpec, extra
from deploy.demo.camera_media import dress, launch_line

USER = "demo"
HOST = "127.0.0.1"


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Real RTSP cameras for the demo and the tests.")
    parser.add_argument("--port", type=int, default=18554)
    parser.add_argument("--extra", type=int, default=0, metavar="N", help="N more small cameras, cam-006-demo onwards")
    parser.add_argument("--keyframe-seconds", type=float, default=1.0)
    parser.add_argument("--password-file", type=Path, help="else DEMO_CAMERA_PASSWORD; without one, all is open")
    parser.add_argument("--odd", default="", help=f"more mounts for tests, comma separated: {', '.join(ODD)}")
    return parser.parse_args()


def specs(options: argparse.Namespace) -> list[CameraSpec]:
    """Every mount asked for; ends the program with code 2 on an unknown one."""
    odd = [name for name in options.odd.split(",") if name]
    unknown = sorted(set(odd) - set(ODD))
    if unknown:
        fail(f"--odd: unknown {', '.join(unknown)}; known are {', '.join(ODD)}")
    return [*CITY, *extra(options.extra), *(ODD[name] for name in odd)]


def password(options: argparse.Namespace) -> str:
    if options.password_file is None:
        return os.environ.get("DEMO_CAMERA_PASSWORD", "")
    try:
        return str(options.password_file.read_text().strip())
    except OSError as error:
        fail(f"--password-file: {error.strerror}")


def fail(detail: str) -> NoReturn:
    print(json.dumps({"event": "error", "detail": detail}), file=sys.stderr, flush=True)
    raise SystemExit(2)


def guard(server: Any, secret: str) -> None:
    """Basic and digest authentication for user `demo`; everybody else is `anyone`."""
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    token = _token(USER)
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, secret), token)
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(USER, secret, token)
    auth.set_default_token(_token("anyone"))
    server.set_auth(auth)


def secure(server: Any, pem: str) -> None:
    """`rtsps://` with the key and certificate of that file; everybody is `anyone`."""
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(pem))
    auth.set_default_token(_token("anyone"))
    server.set_auth(auth)


def _token(role: str) -> Any:
    token = GstRtspServer.RTSPToken.new()
    token.set_string("media.factory.role", role)
    return token


def factory(spec: CameraSpec, *, keyframe_seconds: float, guarded: bool) -> Any:
    made = shared_factory(launch_line(spec, keyframe_seconds=keyframe_seconds))
    made.connect("media-configure", lambda _factory, media: dress(spec, media.get_element()))
    if guarded:
        admit(made, secured=spec.secured)
    return made


def shared_factory(launch: str) -> Any:
    """One running media for all its readers, sent on without delay."""
    made = GstRtspServer.RTSPMediaFactory.new()
    made.set_launch(launch)
    made.set_shared(True)
    made.set_latency(0)
    return made


def admit(made: Any, *, secured: bool) -> None:
    """Who may read it on a guarded server: user `demo`, and everybody else unless it is `secured`."""
    _permit(made, USER, construct=True)
    # Access without construct is what gst-rtsp-server answers with 401; no access at all would be 404.
    _permit(made, "anyone", construct=not secured)


def _permit(made: Any, role: str, *, construct: bool) -> None:
    rights = Gst.Structure.new_empty(role)
    rights.set_value("media.factory.access", True)
    rights.set_value("media.factory.construct", construct)
    made.add_role_from_structure(rights)


def serve(options: argparse.Namespace) -> tuple[Any, list[str]]:
    """A server, not yet attached to a main loop, and its mounts."""
    server = GstRtspServer.RTSPServer.new()
    server.set_address(HOST)
    server.set_service(str(options.port))
    secret, wanted = password(options), specs(options)
    if secret:
        guard(server, secret)
    mounts = server.get_mount_points()
    for spec in wanted:
        made = factory(spec, keyframe_seconds=options.keyframe_seconds, guarded=bool(secret))
        mounts.add_factory(f"/{spec.mount}", made)
    return server, [spec.mount for spec in wanted]


def run(server: Any, mounts: list[str]) -> NoReturn:
    """Serve until SIGTERM or SIGINT."""
    if not server.attach(None):
        fail(f"port {server.get_service()} on {server.get_address()} is taken")
    loop = GLib.MainLoop()
    for number in (signal.SIGTERM, signal.SIGINT):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)
    print(json.dumps({"event": "ready", "port": server.get_bound_port(), "mounts": mounts}), flush=True)
    loop.run()
    sys.stdout.flush()
    # Encoders of cameras that are being read would take their time to drain; nothing of theirs is worth keeping.
    os._exit(0)


def main() -> None:
    options = flags()
    Gst.init(None)
    run(*serve(options))


if __name__ == "__main__":
    main()
