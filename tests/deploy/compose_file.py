"""docker-compose.yml as the tests look at it: parsed, and with its variables put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.compose.stack import ROOT, load

VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::-([^}]*))?\}")
PORT = re.compile(r"(?:(?P<ip>[0-9.]+):)?(?P<first>\d+)(?:-(?P<last>\d+))?:(?P<target>[\d-]+)/(?P<protocol>tcp|udp)")


@dataclass(frozen=True)
class Published:
    service: str
    protocol: str
    ports: range


def services() -> dict[str, dict[str, Any]]:
    return dict(load()["services"])


def text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


def documented() -> dict[str, str]:
    """Variables of .env.example with the values they have there."""
    return dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text()))


def resolved(value: str, variables: Mapping[str, str]) -> str:
    """As compose reads it: an empty variable takes the default, too."""
    return VARIABLE.sub(lambda found: variables.get(found[1]) or found[2] or "", str(value)).replace("$$", "$")


def published() -> Iterator[Published]:
    for name, service in services().items():
        for text in service.get("ports", []):
            found = PORT.fullmatch(text)
            assert found, f"{name}: {text} is not written as host:container/protocol"
            first = int(found["first"])
            yield Published(name, found["protocol"], range(first, int(found["last"] or first) + 1))
