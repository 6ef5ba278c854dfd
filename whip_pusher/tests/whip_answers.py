"""How the WHIP endpoints of tests and bench answer (RFC 9725)."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler


class WhipAnswers(BaseHTTPRequestHandler):
    def answer(self, status: int, body: str, location: str | None = None) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
            self.send_header("Content-Type", "application/sdp")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass
