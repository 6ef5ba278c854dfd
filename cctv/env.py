"""Settings from the environment (12-factor). Each reader refuses nonsense and names the variable.

A wrong value does not raise here: it is kept in `problems`, and the system check `cctv.E001`
stops the start with all of them at once. Secrets may come by file: NAME_FILE.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
problems: list[str] = []


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file NAME_FILE points to, stripped."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            problems.append(f"{name}_FILE: {path} cannot be read ({error.strerror})")
            return default or ""
    value = os.environ.get(name, default)
    if value is None:
        problems.append(f"{name} is not set")
        return ""
    return value.strip()


def _parsed(name: str, default: T, parse: Callable[[str], T], wanted: str) -> T:
    raw = text(name, "")
    if raw == "":
        return default
    try:
        return parse(raw)
    except ValueError:
        problems.append(f"{name} is not {wanted}")
        return default


def number(name: str, default: float, *, least: float = 0.0, most: float = 1e9) -> float:
    """A number >= `least`; units are said where the setting is."""

    def parse(raw: str) -> float:
        value = float(raw)
        if not least <= value <= most:
            raise ValueError(raw)
        return value

    return _parsed(name, default, parse, f"a number from {least:g}" + (f" to {most:g}" if most < 1e9 else ""))


def integer(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    def parse(raw: str) -> int:
        value = int(raw)
        if value < least or (most is not None and value > most):
            raise ValueError(raw)
        return value

    return _parsed(name, default, parse, f"a whole number from {least}" + (f" to {most}" if most is not None else ""))


def flag(name: str, default: bool) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}

    def parse(raw: str) -> bool:
        if raw.lower() not in words:
            raise ValueError(raw)
        return words[raw.lower()]

    return _parsed(name, default, parse, "yes or no")


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    def parse(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(raw)
        return raw

    return _parsed(name, default, parse, "one of " + ", ".join(allowed))


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; empty parts are dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
