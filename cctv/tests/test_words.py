"""Codes become sentences on reading; logs hold no credentials."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

from django.utils import translation

from cctv.logs import JsonFormatter
from cctv.reasons import REASONS, reason, text
from whip_pusher.exits import Exit

ROOT = Path(__file__).resolve().parents[2]
CODES = re.compile(r"""(?:DomainError|MediaError)\(\s*["']([a-z_]+)["']|\bcode=["']([a-z_]+)["']""")


def test_every_code_that_is_raised_has_its_sentence():
    missing = set()
    for folder in ("cctv", "accounts", "cameras", "quotas", "streaming", "walls"):
        for path in (ROOT / folder).rglob("*.py"):
            if "tests" not in path.parts:
                found = (a or b for a, b in CODES.findall(path.read_text()))
                missing |= {f"{path.name}: {code}" for code in found if code not in REASONS}
    assert missing == set()


def test_every_exit_code_of_the_pusher_has_its_sentence():
    wanted = {code.word for code in Exit} - {"ok", "bad_setting", "whip_endpoint_missing", "stream_key_missing"}
    assert wanted <= set(REASONS)


def test_numbers_are_put_into_the_sentence():
    assert "METRO has 3 of its 3" in text("agency_limit_reached", {"agency": "METRO", "used": 3, "limit": 3})


def test_a_missing_parameter_breaks_nothing():
    assert "?" in text("agency_limit_reached", {})


def test_sentences_are_in_the_readers_language():
    with translation.override("ar"):
        assert text("camera_offline") != REASONS["camera_offline"]


def test_no_code_is_no_reason():
    assert reason("") is None


def test_logs_are_json_lines_without_credentials():
    record = logging.LogRecord("x", logging.INFO, "f", 1, "rtsp://user:pass@host/x failed", (), None)
    record.camera_id = "cam-a"
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["camera_id"]) == ("rtsp://***@host/x failed", "cam-a")
