"""A real Janus for the tests, and the smallest WHIP endpoint in front of its VideoRoom."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import threading
import time
import urllib.request
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from whip_pusher.tests.whip_answers import WhipAnswers

CORE = """general: {{ configs_folder = "{folder}", debug_level = 3, admin_secret = "{secret}", session_timeout = 0
  plugins_folder = "/usr/lib/x86_64-linux-gnu/janus/plugins"
  transports_folder = "/usr/lib/x86_64-linux-gnu/janus/transports"
  events_folder = "{folder}", loggers_folder = "{folder}" }}
media: {{ rtp_port_range = "{first}-{last}" }}
nat: {{ ice_ignore_list = "vmnet,docker,veth,br-,virbr" }}
plugins: {{ disable = "{others}" }}
transports: {{ disable = "libjanus_websockets.so,libjanus_pfunix.so,libjanus_rabbitmq.so,\
libjanus_mqtt.so,libjanus_nanomsg.so" }}
"""
HTTP = """general: {{ json = "compact", base_path = "/janus", http = true, https = false
  port = {port}, ip = "127.0.0.1" }}
admin: {{ admin_base_path = "/admin", admin_http = true, admin_port = {admin}, admin_ip = "127.0.0.1" }}
"""
PLUGINS = "/usr/lib/x86_64-linux-gnu/janus/plugins"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Janus:
    """Janus in `folder`, on ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.secret, self.port, self.admin_port = secrets.token_hex(8), free_port(), free_port()
        others = ",".join(sorted(p.name for p in Path(PLUGINS).glob("*.so") if "videoroom" not in p.name))
        core = CORE.format(folder=folder, secret=self.secret, first=42000, last=42999, others=others)
        (folder / "janus.jcfg").write_text(core)
        (folder / "janus.transport.http.jcfg").write_text(HTTP.format(port=self.port, admin=self.admin_port))
        (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Also after `stop`, at the same address; it remembers nothing."""
        self._log = (self._folder / "janus.log").open("ab")
        command = ["janus", "-F", str(self._folder), "-C", str(self._folder / "janus.jcfg")]
        self.process = subprocess.Popen(command, stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 10
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/janus/info", timeout=1).read()
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def call(self, path: str = "", **body: Any) -> dict[str, Any]:
        return self._post(f"http://127.0.0.1:{self.port}/janus{path}", body)

    def admin(self, path: str, **body: Any) -> dict[str, Any]:
        return self._post(f"http://127.0.0.1:{self.admin_port}/admin{path}", {**body, "admin_secret": self.secret})

    def _post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        data = json.dumps({**body, "transaction": secrets.token_hex(4)}).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=5) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer

    def event(self, session: int) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/janus/{session}?maxev=1"
        with urllib.request.urlopen(url, timeout=10) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer

    def publish(self, offer: str) -> tuple[int, int, str]:
        """Session, handle and the SDP answer."""
        session = self.call(janus="create")["data"]["id"]
        at = f"/{session}/{self.call(f'/{session}', janus='attach', plugin='janus.plugin.videoroom')['data']['id']}"
        room = secrets.randbelow(1 << 30)
        self.call(at, janus="message", body={"request": "create", "room": room, "publishers": 1, "videocodec": "h264"})
        join = {"request": "joinandconfigure", "ptype": "publisher", "room": room, "id": 1}
        self.call(at, janus="message", body=join, jsep={"type": "offer", "sdp": offer})
        while True:
            event = self.event(session)
            if "jsep" in event:
                return session, int(at.split("/")[-1]), event["jsep"]["sdp"]

    def received(self, session: int, handle: int) -> int:
        """Video packets that came in on a handle."""
        info = self.admin(f"/{session}/{handle}", janus="handle_info")["info"]
        return sum(m.get("stats", {}).get("in", {}).get("packets", 0) for m in info["webrtc"]["media"].values())

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()


class Whip:
    """`POST /whip` publishes into a room of its own, `DELETE` ends it. `refusal` makes every POST fail with it."""

    def __init__(self, janus: Janus | None, key: str) -> None:
        self.key, self.sessions, self.deleted = key, dict[str, tuple[int, int]](), list[str]()
        self.refusal: tuple[int, str] | None = None
        self.delay, self.posted, self.posts = 0.0, threading.Event(), 0
        outer = self

        class Handler(WhipAnswers):
            def do_POST(self) -> None:
                offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.posts += 1
                outer.posted.set()
                time.sleep(outer.delay)
                if outer.refusal or self.headers["Authorization"] != f"Bearer {outer.key}":
                    status, body = outer.refusal or (401, "no")
                    self.answer(status, body, "/whip/refused" if status == 201 else None)
                    return
                assert janus is not None
                assert self.headers["Content-Type"] == "application/sdp"
                session, handle, answer = janus.publish(offer)
                outer.sessions[str(session)] = (session, handle)
                self.answer(201, answer, f"/whip/{session}")

            def do_DELETE(self) -> None:
                name = self.path.split("/")[-1]
                outer.deleted.append(name)
                if janus is not None and name in outer.sessions:
                    janus.call(f"/{outer.sessions.pop(name)[0]}", janus="destroy")
                self.answer(200, "", None)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/whip"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
