"""A WHIP endpoint before another one: what it answers, but with one media section declined."""

from __future__ import annotations

import re
import threading
import urllib.request
from http.server import ThreadingHTTPServer

from whip_pusher.tests.whip_answers import WhipAnswers


class Declining:
    """Declines the section of that number (RFC 3264 §6: its port is 0), and takes it out of the bundle."""

    def __init__(self, endpoint: str, section: int) -> None:
        class Handler(WhipAnswers):
            def do_POST(self) -> None:
                offer = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
                with urllib.request.urlopen(urllib.request.Request(endpoint, offer, headers), timeout=10) as reply:
                    self.answer(201, declined(reply.read().decode(), section), "/whip/1")

            def do_DELETE(self) -> None:
                self.answer(200, "")

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/whip"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def declined(answer: str, section: int) -> str:
    head, *media = re.split(r"(?m)^(?=m=)", answer)
    mids = [re.search(r"(?m)^a=mid:(\S+)", each) for each in media]
    kept = " ".join(mid[1] for number, mid in enumerate(mids) if mid and number != section)
    media[section] = re.sub(r"^m=(\w+) \d+", r"m=\1 0", media[section]).replace("a=recvonly", "a=inactive")
    return re.sub(r"(?m)^a=group:BUNDLE.*?(\r?)$", rf"a=group:BUNDLE {kept}\1", head) + "".join(media)
