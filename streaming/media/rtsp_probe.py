"""One RTSP DESCRIBE (RFC 2326 §10.2) with Basic or Digest (RFC 2617): does the camera answer, and with video?

Only asked where nothing else tells: the pusher reports its own source. No media is pulled.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
import time
from urllib.parse import unquote, urlsplit

from django.conf import settings

from streaming.media.ports import MediaError, Secret

MAX_ANSWER = 64 * 1024  # bytes; an SDP is a few hundred
PORTS = {"rtsp": 554, "rtsps": 322}


def describe(source: Secret) -> str:
    """Its SDP. Raises MediaError: source_unreachable, source_unauthorised or source_not_video (both permanent)."""
    url = urlsplit(source.reveal())
    bare = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
    try:
        deadline = time.monotonic() + settings.MEDIA_CALL_TIMEOUT
        with _connected(url.hostname or "", url.port or PORTS[url.scheme], tls=url.scheme == "rtsps") as stream:
            status, headers, body = _ask(stream, deadline, bare, 1, None)
            if status == 401 and url.username:
                login = (unquote(url.username), unquote(url.password or ""))
                status, headers, body = _ask(stream, deadline, bare, 2, _authorization(headers, bare, *login))
    except (OSError, ValueError) as error:
        raise MediaError("source_unreachable", detail=type(error).__name__) from None
    _judge(status, body)
    return body


def _judge(status: int, body: str) -> None:
    if status in {401, 403}:
        raise MediaError("source_unauthorised", permanent=True)
    if status != 200:
        raise MediaError("source_unreachable", status=status)
    if not re.search(r"^m=video ", body, re.MULTILINE):
        raise MediaError("source_not_video", permanent=True)


def _connected(host: str, port: int, *, tls: bool) -> socket.socket:
    stream = socket.create_connection((host, port), timeout=settings.MEDIA_CALL_TIMEOUT)
    if not tls:
        return stream
    # Cameras have self-signed certificates; a probe sends them nothing that the pusher would not.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(stream)


def _ask(
    stream: socket.socket, deadline: float, url: str, sequence: int, authorization: str | None
) -> tuple[int, str, str]:
    lines = [f"DESCRIBE {url} RTSP/1.0", f"CSeq: {sequence}", "Accept: application/sdp", "User-Agent: cctv"]
    if authorization:
        lines.append(f"Authorization: {authorization}")
    stream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return _answer(stream, deadline)


def _answer(stream: socket.socket, deadline: float) -> tuple[int, str, str]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(stream, deadline, data)
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.match(rb"RTSP/1\.\d (\d{3})", head)
    if not found:
        raise MediaError("source_not_video", permanent=True)
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    while len(body) < min(int(length[1]) if length else 0, MAX_ANSWER):
        body += _more(stream, deadline, body)
    return int(found[1]), head.decode(errors="replace"), body.decode(errors="replace")


def _more(stream: socket.socket, deadline: float, so_far: bytes) -> bytes:
    """A camera that trickles gets no longer than one that is silent."""
    stream.settimeout(max(deadline - time.monotonic(), 0.001))
    part = stream.recv(4096)
    if not part or len(so_far) > MAX_ANSWER:
        raise ConnectionError
    return part


def _authorization(headers: str, url: str, user: str, password: str) -> str:
    digest = re.search(r"(?im)^www-authenticate: *digest (.*)$", headers)
    if not digest:
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    fields = dict(re.findall(r'(\w+)="([^"]*)"', digest[1]))
    realm, nonce = fields.get("realm", ""), fields.get("nonce", "")
    answer = _md5(f"{_md5(f'{user}:{realm}:{password}')}:{nonce}:{_md5(f'DESCRIBE:{url}')}")
    return f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{url}", response="{answer}"'


def _md5(text: str) -> str:
    """What RTSP's digest asks for; it protects nothing of ours."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
