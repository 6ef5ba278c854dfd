"""LiveKit's media ports, coturn's relay ports and what is published stay apart."""

from __future__ import annotations

import re

import yaml

from tests.deploy.compose_file import published
from tests.deploy.servers import DEPLOY

OLD_LIVEKIT_RANGE = range(50000, 50501)


def livekit_media() -> range:
    first, _, last = str(yaml.safe_load((DEPLOY / "livekit.yaml").read_text())["rtc"]["udp_port"]).partition("-")
    return range(int(first), int(last or first) + 1)


def relay() -> range:
    found = dict(re.findall(r"(?m)^(min-port|max-port)=(\d+)$", (DEPLOY / "turnserver.conf").read_text()))
    return range(int(found["min-port"]), int(found["max-port"]) + 1)


def overlap(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


def test_the_relays_ports_never_overlap_livekits():
    assert not overlap(relay(), livekit_media())
    assert not overlap(relay(), OLD_LIVEKIT_RANGE)


def test_the_relays_ports_overlap_nothing_that_is_published():
    assert not [one for one in published() if overlap(one.ports, relay())]


def test_livekit_publishes_the_ports_that_it_announces():
    ours = {(one.protocol, port) for one in published() if one.service == "livekit" for port in one.ports}
    rtc = yaml.safe_load((DEPLOY / "livekit.yaml").read_text())["rtc"]
    assert ours == {("udp", port) for port in livekit_media()} | {("tcp", rtc["tcp_port"])}


def test_the_relay_has_a_port_for_each_allocation_of_its_quota():
    quota = re.search(r"(?m)^total-quota=(\d+)$", (DEPLOY / "turnserver.conf").read_text())
    assert quota
    assert len(relay()) >= int(quota[1])


def test_only_the_doors_are_published():
    assert {one.service for one in published()} == {"haproxy", "livekit", "coturn", "grafana"}
