"""Secrets out of whatever leaves the machine: by what a secret looks like, and by every value we know to be one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"
LEAST_LENGTH = 4  # shorter values are too common in ordinary text
_LOOKS = [
    (re.compile(r"(\w+://)[^\s/?#'\"]*@"), rf"\1{MASK}@"),  # scheme://user:password@
    (re.compile(r"(?i)\b(bearer|basic|digest)([ =:]+)[^\s\"',;]{6,}"), rf"\1\2{MASK}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), MASK),  # a JSON web token
    (re.compile(r"\bgAAAA[\w-]{20,}={0,2}"), MASK),  # a Fernet token
    (re.compile(r"\b([0-9a-f]{12})\.[\w-]{43}(?![\w-])"), rf"\1.{MASK}"),  # an API key; its prefix is no secret
    (re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])"), MASK),  # 256 random bits: an API key's other half
    (re.compile(r"(?i)\b([\w-]*(?:password|secret|token|pwd)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;}\]]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(?<![\w-])(--?[\w-]*(?:password|passwd|secret|token|pwd) +)[^\s&\"',;}\]]+"), rf"\1{MASK}"),
]  # fmt: skip


class Redaction:
    """`clean(text)`: with `values` masked in plain, percent-encoded and JSON form, and what looks like a secret."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value)}
        known = sorted((form for form in forms if len(form) >= LEAST_LENGTH), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def clean(self, text: str) -> str:
        text = self._known.sub(MASK, text) if self._known else text
        for pattern, shown in _LOOKS:
            text = pattern.sub(shown, text)
        return text


def _forms(value: str) -> set[str]:
    return {
        value,
        quote(value, safe=""),
        quote(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
    }
