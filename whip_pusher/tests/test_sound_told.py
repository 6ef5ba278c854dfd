"""What the event `source` says of the sound: what becomes of it, and why, also where it is left out."""

from __future__ import annotations

import pytest

from whip_pusher.sound import plan, told

ALL = ("OPUS", "PCMA", "PCMU")


@pytest.mark.parametrize(
    ("offered", "accepted", "mode", "why", "carried"),
    [
        (("PCMA",), ALL, "passthrough", "accepted", "pcma"),
        (("MPEG4-GENERIC",), ALL, "transcode", "not_accepted", "opus"),
        (("PCMA",), ("OPUS",), "transcode", "not_accepted", "opus"),
        (("G726-32",), ALL, "none", "not_supported", None),
        (("PCMA",), (), "none", "off", None),
        ((), ALL, "none", "absent", None),
        ((), (), "none", "absent", None),
        (("",), ALL, "none", "not_supported", None),
    ],
)
def test_each_fate_has_its_reason(
    offered: tuple[str, ...], accepted: tuple[str, ...], mode: str, why: str, carried: str | None
) -> None:
    found = plan(offered[0], accepted) if offered else None
    said = told(found, offered, accepted)
    assert (said["mode"], said["why"], said["carried"]) == (mode, why, carried)
    assert said["codec"] == (offered[0].lower() or None if offered else None)
