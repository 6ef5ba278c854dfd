"""`python3 -m whip_pusher --check [--seconds S] [--file PATH | - | URL]`: what a camera is like, as one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from whip_pusher.config import RtspSource, parse_rtsp, verifies
from whip_pusher.exits import Exit
from whip_pusher.looking import Limits
from whip_pusher.redact import Redactor
from whip_pusher.settings import Environment, SettingError, wrong
from whip_pusher.url_secrets import has_login

LONGEST_URL = 4096
TRANSPORTS = ("auto", "tcp", "udp")


def check(arguments: list[str]) -> Exit:
    """Print the verdict on stdout; the code is that of the reason why the camera cannot be watched, or 0."""
    env = Environment(os.environ)
    try:
        options = _options(arguments)
        seconds = _seconds(options.seconds)
        source = parse_rtsp(_url(options), verify=verifies(env))
        limits, transport = _limits(env), env.choice("RTSP_TRANSPORT", "auto", TRANSPORTS)
    except SettingError as error:
        return _print({"ok": False, "code": error.exit.word, "exit_code": int(error.exit), "detail": str(error)})
    return _print(_verdict(source, seconds, limits, transport), Redactor(source.secrets))


class _Parser(argparse.ArgumentParser):
    """Whose refusal is a verdict, too. It repeats nothing: an argument may be an URL with a password."""

    def error(self, message: str) -> NoReturn:
        raise wrong("arguments", "cannot be read; see --check --help")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="whip_pusher --check")
    parser.add_argument("--seconds", default="3", help="how long to look at the video (default 3)")
    parser.add_argument("--file", type=Path, help="a file that has the URL")
    parser.add_argument("url", nargs="?", default="-", help="an URL without a password; else it comes on stdin")
    return parser.parse_args(arguments)


def _seconds(text: str) -> float:
    return Environment({"--seconds": text}).number("--seconds", 3, 0.5, 60)


def _limits(env: Environment) -> Limits:
    """As the pusher reads them."""
    return Limits(env.number("MAX_GOP_SECONDS", 4, 0.5, 3600), env.number("MAX_BITRATE_KBPS", 8000, 100, 1_000_000))


def _verdict(source: RtspSource, seconds: float, limits: Limits, transport: str) -> dict[str, Any]:
    try:
        from whip_pusher.probe import look
        from whip_pusher.probe_report import report

        return report(look(source, seconds, limits, transport), limits)
    except Exception as error:  # noqa: BLE001 the outermost door: whoever asks reads a verdict, not a traceback
        detail = f"{type(error).__name__}: {error}"
        return {"ok": False, "code": Exit.INTERNAL.word, "exit_code": int(Exit.INTERNAL), "detail": detail}


def _url(options: argparse.Namespace) -> str:
    """From the file, the argument or stdin. Raises `SettingError`, also for an argument that has a login in it."""
    if options.file is not None:
        return Environment({"RTSP_URL_FILE": str(options.file)}).secret("RTSP_URL", Exit.RTSP_URL_MISSING)
    url = options.url if options.url != "-" else sys.stdin.readline(LONGEST_URL)
    if options.url != "-" and has_login(url):
        detail = "every user of this machine can read arguments: give an URL with a login by stdin or --file"
        raise SettingError(Exit.BAD_SETTING, "URL", detail)
    return Environment({"RTSP_URL": url}).secret("RTSP_URL", Exit.RTSP_URL_MISSING)


def _print(verdict: dict[str, Any], redactor: Redactor | None = None) -> Exit:
    redact = redactor or Redactor([])
    verdict["detail"] = redact.clean(verdict["detail"])
    if verdict.get("server"):
        verdict["server"] = redact.clean(verdict["server"])
    print(json.dumps(verdict, ensure_ascii=False))
    return Exit(verdict["exit_code"])
