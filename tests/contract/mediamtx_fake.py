"""A fake of MediaMTX 1.20.1's control API at the level of its protocol, for machines without the real one.

Configuration of paths, their status, forwards and HLS sessions in memory; statuses and bodies are those of
`mediamtx_bodies`, and the contract tests hold both to the same. No media goes through it: `plays`, `forward_fails` and
`watches_hls` say what would have happened.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from streaming.media.mediamtx_paths import seconds
from tests.contract import mediamtx_bodies as bodies
from tests.contract.real_servers import free_port

Json = dict[str, Any]


class Refused(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class FakeMediaMtx:
    """`settings` lead the adapter to it; the port stays the same over `kill` and `start`."""

    kind = "fake"

    def __init__(self) -> None:
        self._port = free_port()
        self.settings: Json = {
            "MEDIAMTX_API_URL": f"http://127.0.0.1:{self._port}",
            "GATEWAY_RTSP_BASE_URL": f"rtsp://127.0.0.1:{free_port()}",
        }
        self._server: ThreadingHTTPServer | None = None
        self._awake = threading.Event()
        self._lock = threading.Lock()
        self.start()

    def start(self) -> None:
        """As after every start: nothing that was added by the API is there."""
        self.configurations: dict[str, Json] = {}
        self._tracks: dict[str, list[Json]] = {}
        self._errors: dict[str, str] = {}
        self._sessions: dict[str, Json] = {}
        self.reloads = 0
        self._awake.set()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                fake._awake.wait()
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, said = fake.answer(self.command, self.path, body)
                raw = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(raw)))
                with suppress(OSError):  # who asked may have given up
                    self.end_headers()
                    self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = do_DELETE = answer

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def kill(self) -> None:
        server, self._server = self._server, None
        self._awake.set()
        if server is not None:
            server.shutdown()
            server.server_close()

    def hang(self) -> None:
        self._awake.clear()

    def wake(self) -> None:
        self._awake.set()

    # What no API of MediaMTX says, and only media would bring about.

    def plays(self, path: str, *tracks: Mapping[str, Any]) -> None:
        self._tracks[path] = [dict(track) for track in tracks]

    def forward_fails(self, path: str, why: str) -> None:
        self._errors[path] = why

    def watches_hls(self, path: str, query: str) -> str:
        """The new session's id."""
        session = str(uuid.uuid4())
        self._sessions[session] = {**bodies.HLS_SESSION, "id": session, "path": path, "query": query}
        return session

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Json]:
        url = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            with self._lock:
                return 200, self._route(method, url.path.removeprefix("/v3"), query, body)
        except Refused as no:
            return no.status, {"status": "error", "error": no.text}

    def _route(self, method: str, path: str, query: dict[str, str], body: bytes) -> Json:
        call, _, last = path.rpartition("/")
        name = unquote(last)
        return self._told(call, name, query) if method == "GET" else self._changed(f"{method} {call}", name, body)

    def _told(self, call: str, name: str, query: dict[str, str]) -> Json:
        match call:
            case "/config/paths/get":
                return self._configuration(name, bodies.NO_CONFIGURATION)
            case "/config/paths":
                return _page([self.configurations[key] for key in sorted(self.configurations)], query)
            case "/paths/get":
                self._configuration(name, bodies.NO_PATH)
                return self._status(name)
            case "/paths":
                return _page([self._status(key) for key in sorted(self.configurations)], query)
            case "/paths/forward":
                return _page(self._forwards(query["path"]), query)
            case "/hlssessions":
                return _page(list(self._sessions.values()), query)
        raise Refused(500, f"no such call in this fake: {call}")

    def _changed(self, call: str, name: str, body: bytes) -> Json:
        match call:
            case "POST /config/paths/add":
                return self._add(name, _fields(body))
            case "PATCH /config/paths/patch":
                return self._write(name, {**self._configuration(name, bodies.NO_PATH), **_fields(body)})
            case "DELETE /config/paths/delete":
                return self._delete(name)
            case "POST /hlssessions/kick":
                return self._kick(name)
        raise Refused(500, f"no such call in this fake: {call}")

    def _configuration(self, name: str, otherwise: tuple[int, str]) -> Json:
        if name not in self.configurations:
            raise Refused(*otherwise)
        return self.configurations[name]

    def _add(self, name: str, fields: Json) -> Json:
        if name in self.configurations:
            raise Refused(*bodies.EXISTS)
        return self._write(name, {**bodies.PATH, **fields, "name": name})

    def _write(self, name: str, configuration: Json) -> Json:
        login = urlsplit(str(configuration["source"]))
        if login.username and not login.password:
            raise Refused(*bodies.HALF_A_LOGIN)
        for field in bodies.DURATIONS:
            configuration[field] = _as_go_writes(configuration[field])
        self.configurations[name] = configuration
        self.reloads += 1
        return {"status": "ok"}

    def _delete(self, name: str) -> Json:
        self._configuration(name, bodies.NO_PATH)
        del self.configurations[name]
        self._sessions = {key: item for key, item in self._sessions.items() if item["path"] != name}
        self.reloads += 1
        return {"status": "ok"}

    def _status(self, name: str) -> Json:
        tracks = self._tracks.get(name)
        played = {"ready": True, "available": True, "inboundBytes": 976076} if tracks else {}
        return {**bodies.STATUS, "name": name, "confName": name, "tracks2": tracks or [], **played}

    def _forwards(self, name: str) -> list[Json]:
        wanted = self._configuration(name, bodies.NO_PATH)["forward"]
        why = self._errors.get(name, "")
        state = {"state": "error" if why else "forwarding", "lastError": why}
        return [{**bodies.FORWARD, "conf": conf, **state} for conf in wanted]

    def _kick(self, session: str) -> Json:
        if self._sessions.pop(session, None) is None:
            raise Refused(*bodies.NO_SESSION)
        return {"status": "ok"}


def _fields(body: bytes) -> Json:
    fields: Json = json.loads(body)
    unknown = [name for name in fields if name not in bodies.PATH]
    if unknown:
        raise Refused(400, f'json: unknown field "{unknown[0]}"')
    return fields


def _page(items: list[Json], query: dict[str, str]) -> Json:
    size, page = int(query.get("itemsPerPage", 100)), int(query.get("page", 0))
    pages = -(-len(items) // size)
    return {"itemCount": len(items), "pageCount": pages, "items": items[page * size : (page + 1) * size]}


def _as_go_writes(duration: str) -> str:
    """90s is 1m30s, and half a second 500ms (Go's time.Duration.String)."""
    length = seconds(duration)
    assert length is not None
    if length < 1:
        return f"{length * 1000:g}ms"
    minutes, rest = divmod(length, 60)
    hours, minutes = divmod(int(minutes), 60)
    head = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{head}{rest:g}s" if length < 86400 else f"{length / 86400:g}d"
