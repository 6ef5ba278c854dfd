"""/metrics for Prometheus: the basics, from rows."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from cameras.models import Camera
from streaming.models import Pass, Reservation, Stream
from streaming.querysets import PAUSED, STALLED
from streaming.requests import busy_without_database
from streaming.states import UNFINISHED, ReservationState

BY_AGENCY = {
    "viewers": "ACTIVE reservations by agency",
    "watched_cameras": "Watched cameras by agency",
    "paused_viewers": "ACTIVE reservations whose player is hidden, by agency",
    "stalled_viewers": "ACTIVE reservations whose player gets no new frames, by agency",
}


class Rows:
    """A collector that counts when it is asked."""

    def collect(self) -> Iterator[Metric]:
        streams = GaugeMetricFamily("cctv_streams", "Unfinished streams by state", labels=["state"])
        for state in sorted(UNFINISHED):
            streams.add_metric([state], Stream.objects.filter(state=state).count())
        yield streams
        yield from self._per_agency()
        cameras = GaugeMetricFamily("cctv_cameras", "Cameras by state", labels=["state"])
        for row in Camera.objects.filter(archived_at=None).values("state").annotate(n=Count("pk")).order_by("state"):
            cameras.add_metric([row["state"]], row["n"])
        yield cameras
        yield from self._passes()

    def _passes(self) -> Iterator[Metric]:
        ended = GaugeMetricFamily("cctv_pass_ended_timestamp_seconds", "End of the beat's last pass", labels=["pass"])
        took = GaugeMetricFamily("cctv_pass_seconds", "Length of the beat's last pass", labels=["pass"])
        for row in Pass.objects.order_by("name"):
            ended.add_metric([row.name], row.ended_at.timestamp())
            took.add_metric([row.name], row.seconds)
        yield from (ended, took)

    def _per_agency(self) -> Iterator[Metric]:
        active = Reservation.objects.filter(state=ReservationState.ACTIVE)
        rows = active.values("stream__agency__code").annotate(
            viewers=Count("pk"),
            watched_cameras=Count("camera", distinct=True),
            paused_viewers=Count("pk", filter=PAUSED),
            stalled_viewers=Count("pk", filter=STALLED),
        )
        found = {name: GaugeMetricFamily(f"cctv_{name}", words, labels=["agency"]) for name, words in BY_AGENCY.items()}
        for row in rows.order_by("stream__agency__code"):
            for name, metric in found.items():
                metric.add_metric([row["stream__agency__code"]], row[name])
        yield from found.values()


REGISTRY = CollectorRegistry()
REGISTRY.register(Rows())


@busy_without_database
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
