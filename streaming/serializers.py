"""Shapes of requests; answers are built by the services."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from streaming.models import Stream, StreamEvent
from streaming.services.reports import AMOUNTS, MOST_COUNT
from streaming.states import Layer, Quality, Transport


class ReserveRequest(serializers.Serializer[Any]):
    camera_id = serializers.CharField(max_length=64)
    quality = serializers.ChoiceField(choices=[q.value for q in Quality], default=Quality.AUTO.value)
    transport = serializers.ChoiceField(choices=[t.value for t in Transport], default=Transport.AUTO.value)
    user_id = serializers.CharField(max_length=128, required=False, allow_null=True)


class HeartbeatRequest(serializers.Serializer[Any]):
    frames_decoded = serializers.IntegerField(min_value=0, max_value=MOST_COUNT, required=False, allow_null=True)
    paused = serializers.BooleanField(required=False, default=False)
    bitrate = serializers.FloatField(min_value=0, max_value=AMOUNTS["bitrate"], required=False, allow_null=True)
    latency_ms = serializers.FloatField(min_value=0, max_value=AMOUNTS["latency_ms"], required=False, allow_null=True)
    packets_lost = serializers.IntegerField(min_value=0, max_value=MOST_COUNT, required=False, allow_null=True)
    rtt_ms = serializers.FloatField(min_value=0, max_value=AMOUNTS["rtt_ms"], required=False, allow_null=True)
    quality = serializers.ChoiceField(choices=[q.value for q in Quality], required=False)
    layers = serializers.ListField(
        child=serializers.ChoiceField(choices=[layer.value for layer in Layer]),
        required=False,
        min_length=1,
        max_length=len(Layer),
        help_text="What this viewer wants from now on; without it, by its quality: low is low, all else is high.",
    )


class SdpRequest(serializers.Serializer[Any]):
    sdp = serializers.CharField(max_length=64 * 1024, trim_whitespace=False)


class OfferAnswer(serializers.Serializer[Any]):
    """For the OpenAPI document. `tracks`: which mid of the SDP is `high`, `low` or `audio`."""

    type = serializers.ChoiceField(choices=["offer"])
    sdp = serializers.CharField()
    tracks = serializers.DictField(child=serializers.ChoiceField(choices=["high", "low", "audio"]))


class ReservationAnswer(serializers.Serializer[Any]):
    """For the OpenAPI document."""

    reservation_id = serializers.UUIDField()
    reservation_state = serializers.CharField()
    camera_id = serializers.CharField()
    state = serializers.CharField()
    generation = serializers.IntegerField()
    reused = serializers.BooleanField(allow_null=True)
    sfu = serializers.ChoiceField(choices=["livekit", "janus"])
    transport = serializers.ChoiceField(choices=["webrtc", "hls"])
    quality = serializers.CharField()
    quality_effective = serializers.ChoiceField(choices=["high", "low"])
    layers = serializers.ListField(child=serializers.CharField(), help_text="What the camera has to choose from.")
    room_name = serializers.CharField()
    livekit_url = serializers.CharField(allow_null=True)
    livekit_token = serializers.CharField(allow_null=True)
    ice_servers = serializers.ListField(child=serializers.DictField())
    hls_url = serializers.CharField(allow_null=True)
    ingress_id = serializers.CharField(allow_null=True)
    whip_url = serializers.CharField(allow_null=True)
    reason = serializers.DictField(allow_null=True)
    expires_at = serializers.DateTimeField()
    heartbeat_interval = serializers.FloatField()
    watermark = serializers.CharField(allow_blank=True, help_text="What has to stand over the picture; empty: nothing.")


class StreamRow(serializers.ModelSerializer[Stream]):
    camera_id = serializers.CharField(source="camera.camera_id")
    agency = serializers.CharField(source="agency.code")

    class Meta:
        model = Stream
        fields = [
            "id", "camera_id", "agency", "state", "state_since", "generation", "code", "params",
            "created_at", "live_at", "ended_at",
        ]  # fmt: skip


class StreamEventRow(serializers.ModelSerializer[StreamEvent]):
    camera_id = serializers.CharField(source="stream.camera.camera_id")

    class Meta:
        model = StreamEvent
        fields = ["id", "stream", "camera_id", "at", "old", "new", "code", "params", "actor", "generation"]
