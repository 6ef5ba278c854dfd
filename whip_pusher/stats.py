"""What the line of statistics tells: rates between two looks at the counters, and how both sides are."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict

from whip_pusher.feed import Feed
from whip_pusher.process_usage import ProcessMeter
from whip_pusher.publisher import Publisher
from whip_pusher.tracks import Track
from whip_pusher.transport_stats import read
from whip_pusher.watchdog import last_resumed

OF_LAYERS = ("fps", "bitrate_kbps", "gop_seconds", "width", "height", "codec", "mode", "why")
OF_ALL = (
    "packets_sent",
    "bytes_sent",
    "packets_lost",
    "fraction_lost",
    "rtt_ms",
    "nack",
    "pli",
    "fir",
    "restarts",
    "rtcp_age",
)


class Stats:
    """`sample()` covers the time since the last one."""

    def __init__(self, feeds: Mapping[str, Feed], tracks: Mapping[str, Track], publisher: Publisher) -> None:
        self._feeds, self._tracks, self._publisher = feeds, tracks, publisher
        self._at = time.monotonic()
        self._before: dict[str, tuple[int, int]] = {}
        self._sequences: dict[str, int] = {}
        self._packets = 0
        self._process = ProcessMeter()
        self._last: dict[str, object] = {}

    def sample(self) -> dict[str, object]:
        """kbit/s and frames/s of all layers together and of each; packets and restarts since the start."""
        now = time.monotonic()
        seconds, self._at = max(now - self._at, 0.001), now
        layers = {layer: self._layer(layer, feed, seconds) for layer, feed in self._feeds.items()}
        self._count_packets()
        usage = self._process.sample()
        self._last = {
            "state": self.state(now),
            "bitrate_kbps": round(sum(float(str(row["bitrate_kbps"])) for row in layers.values())),
            "fps": max(float(str(row["fps"])) for row in layers.values()),
            "packets": self._packets,
            "restarts": sum(feed.restarts + feed.changes for feed in self._feeds.values()),
            "sessions": self._publisher.sessions,
            "rtcp_age": self._rtcp_age(now),
            "keyframes_asked": sum(track.keyframes_asked for track in self._tracks.values()),
            **self._transport(),
            "layers": layers,
            "cpu_percent": usage.cpu_percent,
            "memory_mb": usage.rss_mb,
            "threads": usage.threads,
            "descriptors": usage.descriptors,
        }
        return self._last

    def figures(self) -> dict[str, object]:
        """Those of the last sample as /metrics names them, what is of a layer by layer. From any thread."""
        last = self._last
        rows = last.get("layers")
        layers: Mapping[str, Mapping[str, object]] = rows if isinstance(rows, dict) else {}
        by_layer = {key: {layer: row.get(key) for layer, row in layers.items()} for key in OF_LAYERS}
        return {**{key: last.get(key) for key in OF_ALL}, **by_layer, "reconnects": self._reconnects()}

    def _reconnects(self) -> int:
        return sum(feed.restarts for feed in self._feeds.values()) + max(0, self._publisher.sessions - 1)

    def _transport(self) -> dict[str, object]:
        """Of the present session."""
        peer = self._publisher.peer
        return asdict(read(peer.element, peer.reports.latest)) if self._publisher.connected else {}

    def state(self, now: float) -> str:
        if not self._publisher.connected:
            return "reconnecting" if self._publisher.sessions else "connecting"
        wanted = [feed for feed in self._feeds.values() if feed.running]
        flows = all(feed.connection and feed.connection.marks.flowing(now) for feed in wanted)
        return "playing" if flows else "waiting"

    def _layer(self, layer: str, feed: Feed, seconds: float) -> dict[str, object]:
        feed.count(self._at)
        frames, size = feed.frames, feed.bytes
        old_frames, old_size = self._before.get(layer, (0, 0))
        self._before[layer] = frames, size
        found = {
            "bitrate_kbps": round((size - old_size) * 8 / 1000 / seconds),
            "fps": round((frames - old_frames) / seconds, 1),
        }
        connection = feed.connection
        if connection is None or connection.plan is None:
            return {"state": "lost" if feed.running else "off", **found}
        width, height = self._tracks[layer].size()
        look = connection.attention.look
        plan = connection.plan
        more = {"codec": plan.codec, "mode": plan.mode, "why": plan.why, "width": width, "height": height}
        gop = round(look.gop_seconds, 2) if look.gop_known else None
        return {"state": "on", **found, **more, "gop_seconds": gop}

    def _rtcp_age(self, now: float) -> float | None:
        resumed = last_resumed(feed.connection.marks for feed in self._feeds.values() if feed.connection)
        age = self._publisher.marks.rtcp_age(now, resumed)
        return None if age is None else round(age, 2)

    def _count_packets(self) -> None:
        for name, track in self._tracks.items():
            number = track.packets()
            self._packets += (number - self._sequences.get(name, 0)) % 65536
            self._sequences[name] = number
