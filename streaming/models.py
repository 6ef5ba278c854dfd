"""Lives of shared streams and the leases on them. ACTIVE reservations *are* the reference count."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ServiceAccount
from cameras.fields import EncryptedTextField
from cameras.models import Agency, Camera
from streaming.states import OPEN, Quality, ReservationState, StreamState, Transport


def _choices(states: Any) -> list[tuple[str, str]]:
    return [(s.value, s.value) for s in states]


LAYERS = [(layers, layers) for layers in ("high", "low", "high,low")]


class CameraWork(models.Model):
    """One row per camera: its generation counter, and the lease of the worker acting on it (DESIGN §3.6)."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="work")
    generation = models.PositiveBigIntegerField(default=0)
    token = models.UUIDField(null=True)
    until = models.DateTimeField(null=True)
    snapshot_asked_at = models.DateTimeField(null=True)
    ingests_ended = models.PositiveBigIntegerField(default=0)  # up to this generation; none of them comes back
    # Whether this source has to be transcoded: a container's limits are set by it. Null: nobody knows yet.
    transcodes = models.BooleanField(null=True)
    transcodes_revision = models.PositiveIntegerField(default=0)  # the source revision that it is about


class Stream(models.Model):
    """One life of a camera's shared live session."""

    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="streams", verbose_name=_("camera"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="streams", verbose_name=_("agency"))
    state = models.CharField(
        _("state"), max_length=8, choices=_choices(StreamState), default=StreamState.STARTING.value
    )
    state_since = models.DateTimeField(_("since"))
    generation = models.PositiveBigIntegerField(_("generation"))
    source_revision = models.PositiveIntegerField(_("source revision"))
    # The one deadline of the state: bring-up ends, retry due, drain over, tear-down asked again.
    due_at = models.DateTimeField(_("due"))
    # Set while nobody holds a lease on a stream that is not LIVE yet: then it stops.
    idle_at = models.DateTimeField(_("idle since"), null=True, blank=True)
    trouble_since = models.DateTimeField(_("in trouble since"), null=True, blank=True)
    # When somebody began to hold a lease on it, and so its camera to count against its agency's limit.
    watched_since = models.DateTimeField(_("watched since"), null=True, blank=True)
    started_at = models.DateTimeField(_("last start"))
    live_at = models.DateTimeField(_("live since"), null=True, blank=True)
    # Playing, but without media: its pusher looks for its camera.
    silent_since = models.DateTimeField(_("silent since"), null=True, blank=True)
    code = models.CharField(_("reason"), max_length=48, blank=True)
    params = models.JSONField(_("details"), default=dict, blank=True)
    end_state = models.CharField(_("state at the end"), max_length=8, blank=True)
    ingest_id = models.CharField(_("ingest"), max_length=128, blank=True)
    whip_url = EncryptedTextField(_("WHIP URL"), blank=True, default="")  # with LiveKit Ingress it holds the stream key
    # What its pusher feeds: what it was started with, or told last (streaming.layers); empty while it is being told.
    layers = models.CharField(_("layers"), max_length=8, choices=LAYERS, default="high", blank=True)
    created_at = models.DateTimeField(_("created"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="stream_overdue"),
            models.Index(fields=["agency", "id"], name="stream_of_agency"),  # its newest lives
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state__in=sorted(OPEN)), name="one_open_stream_per_camera"
            ),
            models.UniqueConstraint(fields=["camera", "generation"], name="generation_once_per_camera"),
            models.CheckConstraint(condition=Q(state__in=sorted(StreamState)), name="stream_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.camera_id} #{self.generation} {self.state}"


class Reservation(models.Model):
    """One viewer's lease on a stream."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("stream"))
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("camera"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reservations",
        verbose_name=_("user"),
    )
    account = models.ForeignKey(
        ServiceAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reservations",
        verbose_name=_("service account"),
    )
    on_behalf_of = models.CharField(_("on behalf of"), max_length=128, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=_choices(ReservationState), default=ReservationState.ACTIVE.value
    )
    code = models.CharField(_("reason"), max_length=48, blank=True)
    params = models.JSONField(_("details"), default=dict, blank=True)
    quality = models.CharField(_("quality"), max_length=8, choices=_choices(Quality), default=Quality.AUTO.value)
    layers = models.CharField(_("layers"), max_length=8, choices=LAYERS, default="high")  # what it wants now
    layers_at = models.DateTimeField(
        _("layers wanted since"), null=True, blank=True
    )  # when a heartbeat changed that, or paused, or went on
    # What was asked for, and what it counts as now: a viewer may fall back to HLS and climb back.
    asked = models.CharField(
        _("transport asked for"), max_length=8, choices=_choices(Transport), default=Transport.AUTO.value
    )
    transport = models.CharField(
        _("transport"), max_length=8, choices=_choices(Transport), default=Transport.AUTO.value
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last heartbeat"))
    paused_since = models.DateTimeField(_("paused since"), null=True, blank=True)
    frames_decoded = models.PositiveBigIntegerField(_("frames decoded"), null=True, blank=True)
    frames_at = models.DateTimeField(_("last new frame"), null=True, blank=True)  # when frames_decoded last grew
    reported = models.JSONField(
        _("reported by the viewer"), default=dict, blank=True
    )  # bitrate, latency_ms, … of the last heartbeat
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    socket = models.CharField(_("socket"), max_length=64, blank=True)  # id of its newest WebSocket

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-created_at"]
        indexes = [
            # None on expires_at: with one, every heartbeat would write all indexes anew (no HOT update).
            # What is overdue is found among the ACTIVE leases, by this one.
            models.Index(fields=["camera"], condition=Q(state="ACTIVE"), name="reservation_active_camera"),
            # An admission counts its holder's leases under the camera's lock: among the ACTIVE ones, not years of them.
            models.Index(fields=["user"], condition=Q(state="ACTIVE"), name="reservation_active_user"),
            models.Index(
                fields=["account", "on_behalf_of"], condition=Q(state="ACTIVE"), name="reservation_active_account"
            ),
            models.Index(fields=["stream", "state"], name="reservation_of_stream"),
            models.Index(fields=["ended_at"], name="reservation_ended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(ReservationState)), name="reservation_state_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, account__isnull=True) | Q(user__isnull=True, account__isnull=False),
                name="reservation_has_one_holder",
            ),
        ]


class StreamEvent(models.Model):
    """One immutable row per transition."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events", verbose_name=_("stream"))
    at = models.DateTimeField(_("at"))
    old = models.CharField(_("from"), max_length=8, blank=True)
    new = models.CharField(_("to"), max_length=8)
    code = models.CharField(_("reason"), max_length=48, blank=True)
    params = models.JSONField(_("details"), default=dict, blank=True)
    actor = models.CharField(_("actor"), max_length=64)
    generation = models.PositiveBigIntegerField(_("generation"))

    class Meta:
        verbose_name = _("stream event")
        verbose_name_plural = _("stream events")
        ordering = ["-id"]


class StreamRequest(models.Model):
    """Append-only: every reserve, release and refusal (who watched which camera when)."""

    at = models.DateTimeField(_("at"))
    action = models.CharField(_("action"), max_length=16)  # reserve, release, renew, expire, revoke, fail, refuse
    camera_ref = models.CharField(_("camera"), max_length=64)
    agency_code = models.CharField(_("agency"), max_length=32, blank=True)
    reservation = models.UUIDField(_("reservation"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("user")
    )
    account = models.ForeignKey(
        ServiceAccount, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("service account")
    )
    on_behalf_of = models.CharField(_("on behalf of"), max_length=128, blank=True)
    code = models.CharField(_("reason"), max_length=48, blank=True)
    params = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("stream request")
        verbose_name_plural = _("stream requests")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["camera_ref", "at"], name="request_of_camera"),
            models.Index(fields=["at"], name="request_at"),
            # The feed of refusals is asked for twice a second, and they are few among the requests.
            models.Index(fields=["agency_code", "at"], condition=Q(action="refuse"), name="request_refused"),
        ]


class IdempotencyKey(models.Model):
    """An answer kept for 24 h, unique per caller and key."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="idempotency_key_once")]


class SocketTicket(models.Model):
    """A one-use ticket to a WebSocket, for callers without a cookie. Only its SHA-256 is kept."""

    sha256 = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    account = models.ForeignKey(ServiceAccount, on_delete=models.CASCADE, null=True, related_name="+")
    expires_at = models.DateTimeField()


class Snapshot(models.Model):
    """The last still picture of a camera: the poster, and the last resort of the player."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="snapshot")
    jpeg = models.BinaryField()
    taken_at = models.DateTimeField()


class FirstSeen(models.Model):
    """When something outside without a row was first seen: it gets a grace before it is removed."""

    kind = models.CharField(max_length=16)  # pusher, ingest, room, path
    name = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="first_seen_once")]


class Pass(models.Model):
    """When each of the beat's passes last ran, and for how long: one row a name."""

    name = models.CharField(max_length=16, primary_key=True)  # overdue, pushers, reconcile, usage
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    seconds = models.FloatField()  # of work, its waits included


class JanusIngest(models.Model):
    """The ingest of one generation in Janus. A revoked key is refused for good."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+")
    generation = models.PositiveBigIntegerField()
    key_sha256 = models.CharField(max_length=64, unique=True)
    session_id = models.BigIntegerField(null=True)
    handle_id = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["camera", "generation"], name="janus_ingest_once")]


class JanusPeer(models.Model):
    """A viewer's peer connection in Janus."""

    reservation = models.OneToOneField(Reservation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+")
    session_id = models.BigIntegerField()
    handle_id = models.BigIntegerField(null=True)  # not yet attached
    created_at = models.DateTimeField()
