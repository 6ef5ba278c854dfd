"""RTSP URLs: parse, take credentials out, put them back, redact. Pure.

Hosts on loopback and private networks are allowed: that is where cameras are.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

MOST = 500  # characters

# Credentials reach to the last @ before the path (RFC 3986 §3.2), as makers' sample URLs have bare @ in passwords.
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?:(?P<user>[^/?#:]*)(?::(?P<password>[^/?#]*))?@)?"
    r"(?P<host>\[[^\]/?#@]*\]|[^/?#@:\[\]]*)"
    r"(?::(?P<port>[^/?#@]*))?"
    r"(?P<rest>(?:[/?#].*)?)"
)
_HOST = re.compile(r"\w(?:[\w.-]*\w)?\.?")


class BadUrl(ValueError):
    """`code`: rtsp_too_long, rtsp_characters, rtsp_scheme, rtsp_host or rtsp_port. Never carries the URL."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Source:
    """`url` has no credentials any more; they are decoded, and absent from the repr."""

    url: str
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def parse(text: str) -> Source:
    """Surrounding blanks are forgiven. Raises BadUrl."""
    text = text.strip()
    if len(text) > MOST:
        raise BadUrl("rtsp_too_long")
    if not text.isprintable() or " " in text or "\\" in text:
        raise BadUrl("rtsp_characters")
    match = _URL.fullmatch(text)
    if match is None or match["scheme"].lower() not in ("rtsp", "rtsps"):
        raise BadUrl("rtsp_scheme" if match or "://" not in text else "rtsp_host")
    url = f"{match['scheme'].lower()}://{_host(match['host'])}{_port(match['port'])}{match['rest']}"
    return Source(url, _decoded(match["user"]), _decoded(match["password"]))


def with_credentials(url: str, username: str, password: str) -> str:
    """For the program that opens the camera, and for nobody else; credentials already in `url` are replaced."""
    scheme, rest = parse(url).url.split("://", 1)
    if not username and not password:
        return f"{scheme}://{rest}"
    secret = f":{quote(password, safe='')}" if password else ""
    return f"{scheme}://{quote(username, safe='')}{secret}@{rest}"


def redacted(url: str) -> str:
    """For logs: no credentials, and no values of a query or of a path that carries them (`/user=…&password=…`)."""
    try:
        scheme, rest = parse(url).url.split("://", 1)
    except BadUrl:
        return "***"
    host, slash, path = re.split(r"([/?#]|$)", rest, maxsplit=1)
    if slash != "/" or set(path) & set("=?#"):
        path = "***" if slash else ""
    return f"{scheme}://{host}{slash}{path}"


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            zoned = ipaddress.IPv6Address(host[1:-1]).scope_id is not None
        except ValueError:
            raise BadUrl("rtsp_host") from None
        if zoned:  # GStreamer and browsers disagree on how an interface is written
            raise BadUrl("rtsp_host")
    elif not _HOST.fullmatch(host):
        raise BadUrl("rtsp_host")
    return host


def _port(port: str | None) -> str:
    if not port:
        return ""
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise BadUrl("rtsp_port")
    return f":{port}"


def _decoded(part: str | None) -> str:
    try:
        text = unquote(part or "", errors="strict")
    except UnicodeDecodeError:
        raise BadUrl("rtsp_characters") from None
    if not text.isprintable():
        raise BadUrl("rtsp_characters")
    return text
