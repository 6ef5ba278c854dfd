"""/metrics for Prometheus: the basics, from rows."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from cameras.models import Camera
from streaming.models import Reservation, Stream
from streaming.states import UNFINISHED, ReservationState


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

    def _per_agency(self) -> Iterator[Metric]:
        active = Reservation.objects.filter(state=ReservationState.ACTIVE)
        rows = active.values("stream__agency__code").annotate(
            viewers=Count("pk"), watched=Count("camera", distinct=True)
        )
        viewers = GaugeMetricFamily("cctv_viewers", "ACTIVE reservations by agency", labels=["agency"])
        watched = GaugeMetricFamily("cctv_watched_cameras", "Watched cameras by agency", labels=["agency"])
        for row in rows.order_by("stream__agency__code"):
            viewers.add_metric([row["stream__agency__code"]], row["viewers"])
            watched.add_metric([row["stream__agency__code"]], row["watched"])
        yield from (viewers, watched)


REGISTRY = CollectorRegistry()
REGISTRY.register(Rows())


def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
