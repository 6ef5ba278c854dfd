"""Reading typed values from the environment; nonsense is refused by name, never by value."""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Mapping

from whip_pusher.exits import Exit

MOST_SECRET_BYTES = 16_384
READ_SECONDS = 5.0


class SettingError(Exception):
    """A setting is missing or wrong. `name` is the variable, `exit` the code to end with."""

    def __init__(self, exit_code: Exit, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.exit, self.name = exit_code, name


def wrong(name: str, detail: str) -> SettingError:
    return SettingError(Exit.BAD_SETTING, name, detail)


def _content(path: str) -> bytes:
    """Of a file; of a pipe, `/dev/stdin` too, one line. Raises OSError, also where nobody writes it in time."""
    # What nobody has opened for writing yet must not keep us at its door.
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return _line(file)
    finally:
        os.close(file)


def _line(file: int) -> bytes:
    until, found = time.monotonic() + READ_SECONDS, b""
    while len(found) < MOST_SECRET_BYTES and b"\n" not in found:
        if not select.select([file], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError(errno.ETIMEDOUT, f"nothing came within {READ_SECONDS:g} s")
        came = os.read(file, MOST_SECRET_BYTES - len(found))
        if not came:
            break
        found += came
    return found


class Environment:
    """Readers over a mapping of variables. All raise `SettingError`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def secret(self, name: str, missing: Exit | None) -> str:
        """`NAME`, or the content of the file that `NAME_FILE` names; ends with `missing` where there is neither.

        None: it may be missing.
        """
        value = self.text(name) or self._from_file(f"{name}_FILE")
        if not value:
            if missing is None:
                return ""
            raise SettingError(missing, name, f"set {name} or {name}_FILE")
        if any(ord(character) < 32 for character in value):
            raise wrong(name, "has control characters")
        return value

    def _from_file(self, name: str) -> str:
        path = self.text(name)
        if not path:
            return ""
        try:
            return _content(path).decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise wrong(name, f"cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None

    def number(self, name: str, default: float, least: float, most: float) -> float:
        raw = self.text(name)
        try:
            value = float(raw) if raw else default
        except ValueError:
            raise wrong(name, "is no number") from None
        if not least <= value <= most:
            raise wrong(name, f"must lie between {least:g} and {most:g}")
        return value

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value = self.number(name, default, least, most)
        if value != int(value):
            raise wrong(name, "must be a whole number")
        return int(value)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise wrong(name, f"must be one of {', '.join(allowed)}")
        return value

    def words(self, name: str, default: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Comma separated words, at least one, each once and in their order."""
        found = tuple(dict.fromkeys(word.strip() for word in self.text(name, default).split(",") if word.strip()))
        if not found or not set(found) <= set(allowed):
            raise wrong(name, f"must be some of {', '.join(allowed)}, separated by commas")
        return found

    def addresses(self, name: str) -> tuple[str, ...]:
        """Comma separated IP addresses."""
        import ipaddress  # Costs 5 ms of every start where no address is set.

        listed = tuple(part.strip() for part in self.text(name).split(",") if part.strip())
        try:
            return tuple(str(ipaddress.ip_address(part)) for part in listed)
        except ValueError:
            raise wrong(name, "must be IP addresses separated by commas") from None
