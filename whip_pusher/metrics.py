"""A run's figures in Prometheus' text format 0.0.4. Pure, but for the process's own figures."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from whip_pusher.process_usage import ProcessMeter

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STARTED = time.time()
Labels = Mapping[str, object]
Sample = tuple[Labels, float]


class Metric(NamedTuple):
    """`key` in the snapshot; what it says times `factor` is `name` in Prometheus' base units."""

    key: str
    name: str
    kind: str
    help: str
    factor: float = 1.0


METRICS = (
    Metric("fps", "frames_per_second", "gauge", "Frames sent a second"),
    Metric("bitrate_kbps", "bitrate_bits_per_second", "gauge", "Bits of video and audio sent a second", 1000),
    Metric("gop_seconds", "gop_seconds", "gauge", "Longest recent distance of two keyframes"),
    Metric("width", "width_pixels", "gauge", "Width of the picture that is sent"),
    Metric("height", "height_pixels", "gauge", "Height of the picture that is sent"),
    Metric("packets_sent", "sent_packets_total", "counter", "RTP packets sent"),
    Metric("bytes_sent", "sent_bytes_total", "counter", "RTP payload sent"),
    Metric("packets_lost", "lost_packets_total", "counter", "RTP packets that the SFU reported lost"),
    Metric("fraction_lost", "lost_ratio", "gauge", "Fraction of packets lost, by the SFU's last report"),
    Metric("rtt_ms", "round_trip_seconds", "gauge", "Round trip to the SFU", 0.001),
    Metric("nack", "nack_requests_total", "counter", "Times the SFU asked for lost packets"),
    Metric("pli", "pli_requests_total", "counter", "Times the SFU asked for a keyframe by PLI"),
    Metric("fir", "fir_requests_total", "counter", "Times the SFU asked for a keyframe by FIR"),
    Metric("restarts", "pipeline_changes_total", "counter", "Changes of the pipeline while it ran"),
    Metric("reconnects", "reconnects_total", "counter", "Times camera or SFU were connected again"),
    Metric("rtcp_age", "rtcp_age_seconds", "gauge", "Time since the SFU's last RTCP"),
    Metric("generation", "generation", "gauge", "Generation of the run"),
)
INFO = ("codec", "mode", "why")  # of a stream, as labels


def render(snapshot: Mapping[str, object], *, healthy: bool, state: str) -> str:
    """The page. A value may be a number, or numbers by layer (`{"high": 25.0, "low": 12.5}`); others are left out."""
    labels = {"camera_id": snapshot.get("camera_id") or ""}
    lines: list[str] = []
    for metric, samples in (*_own(snapshot, healthy, state), *_told(snapshot)):
        name = f"whip_pusher_{metric.name}"
        told = [f"{name}{_braces({**labels, **more})} {_number(value * metric.factor)}" for more, value in samples]
        if told:
            lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}", *told]
    return "\n".join(lines) + "\n"


def _told(snapshot: Mapping[str, object]) -> Iterator[tuple[Metric, list[Sample]]]:
    for metric in METRICS:
        yield metric, list(_samples(snapshot.get(metric.key)))


def _samples(value: object) -> Iterator[Sample]:
    by_layer = value if isinstance(value, Mapping) else {None: value}
    for layer, one in by_layer.items():
        if isinstance(one, str) and one.isdecimal():
            one = int(one)
        if isinstance(one, int | float) and math.isfinite(one):
            yield ({"layer": layer} if layer else {}), float(one)


def _own(snapshot: Mapping[str, object], healthy: bool, state: str) -> Iterator[tuple[Metric, list[Sample]]]:
    usage = ProcessMeter().sample()
    build = {"python": platform.python_version(), "gstreamer": snapshot.get("gstreamer") or ""}
    yield Metric("", "build_info", "gauge", "Versions"), [(build, 1)]
    yield Metric("", "healthy", "gauge", "1 while the run is healthy, as /healthz"), [({}, healthy)]
    yield Metric("", "state_info", "gauge", "State of the run"), [({"state": state}, 1)]
    yield Metric("", "stream_info", "gauge", "What is sent"), list(_streams(snapshot))
    yield Metric("", "start_time_seconds", "gauge", "Start of the program, Unix time"), [({}, round(STARTED, 3))]
    yield Metric("", "cpu_seconds_total", "counter", "CPU time used"), [({}, round(time.process_time(), 3))]
    yield Metric("", "resident_memory_bytes", "gauge", "Resident memory", 1e6), _known(usage.rss_mb)
    yield Metric("", "threads", "gauge", "Threads"), _known(usage.threads)
    yield Metric("", "open_descriptors", "gauge", "Open descriptors"), _known(usage.descriptors)


def _known(value: float | None) -> list[Sample]:
    return [] if value is None else [({}, value)]


def _streams(snapshot: Mapping[str, object]) -> Iterator[Sample]:
    """One for each layer that any of the information is given for."""
    told = {key: value if isinstance(value := snapshot.get(key), Mapping) else {"": value} for key in INFO}
    for layer in dict.fromkeys(layer for values in told.values() for layer, value in values.items() if value):
        known = {key: values.get(layer) or values.get("") or "" for key, values in told.items()}
        yield {**({"layer": layer} if layer else {}), **known}, 1


def _braces(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_escaped(str(value))}"' for name, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return f"{value:.15g}"
