"""supervisord's configuration format, as its reader of 4.3 takes it. Knows nothing of Django."""

from __future__ import annotations

from collections.abc import Mapping

HERE = "%(here)s"


def escaped(text: str) -> str:
    """supervisord expands %(name)s everywhere; ValueError for the one it expands even where the % is doubled."""
    if HERE in text:
        raise ValueError(f"{HERE} cannot be passed through supervisord")
    return text.replace("%", "%%")


def environment_line(values: Mapping[str, str]) -> str:
    """KEY="value",… as supervisord reads it back; ValueError for what its format cannot hold."""
    return ",".join(f"{name}={_quoted(name, value)}" for name, value in sorted(values.items()))


def _quoted(name: str, value: str) -> str:
    quote = "'" if '"' in value else '"'
    # Its reader knows no escapes, strips quotes at both ends, and takes " ;" and " #" for comments.
    if not value.isprintable() or quote in value or value != value.strip("'\"") or " ;" in value or " #" in value:
        raise ValueError(f"{name} cannot be passed through supervisord: quotes, line breaks, ' ;' and ' #' are no good")
    return f"{quote}{escaped(value)}{quote}"
