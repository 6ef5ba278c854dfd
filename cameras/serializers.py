"""What the API takes and gives. URLs and credentials go in and never come out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cameras.models import CAMERA_ID, Agency, Camera, CameraState


class AgencyOut(serializers.ModelSerializer[Agency]):
    class Meta:
        model = Agency
        fields = ["code", "name", "name_en", "name_ar", "enabled", "watermark"]


class CameraOut(serializers.ModelSerializer[Camera]):
    agency = serializers.CharField(source="agency.code")
    configured = serializers.BooleanField()
    has_sub = serializers.BooleanField()

    class Meta:
        model = Camera
        fields = [
            "camera_id",
            "name",
            "name_en",
            "name_ar",
            "agency",
            "group",
            "place",
            "latitude",
            "longitude",
            "tags",
            "enabled",
            "configured",
            "has_sub",
            "audio",
            "state",
            "state_since",
            "state_code",
        ]


class Degrees(serializers.FloatField):
    """JSON may hold whole numbers too large for any float."""

    def to_internal_value(self, data: Any) -> float:
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("invalid")


class CameraFields(serializers.Serializer[Any]):
    """What can be set at any time. Ranges and lengths beyond these are the model's."""

    group = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)
    name_ar = serializers.CharField(required=False, allow_blank=True, max_length=120)
    place = serializers.CharField(required=False, allow_blank=True, max_length=200)
    latitude = Degrees(required=False, allow_null=True)
    longitude = Degrees(required=False, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=20)
    enabled = serializers.BooleanField(required=False)
    audio = serializers.BooleanField(required=False, help_text="Whether viewers may hear it.")
    main_url = serializers.CharField(required=False, allow_blank=True, max_length=500, write_only=True)
    sub_url = serializers.CharField(required=False, allow_blank=True, max_length=500, write_only=True)
    username = serializers.CharField(required=False, allow_blank=True, max_length=200, write_only=True)
    password = serializers.CharField(
        required=False, allow_blank=True, max_length=200, write_only=True, trim_whitespace=False
    )


class CameraIn(CameraFields):
    camera_id = serializers.RegexField(CAMERA_ID)
    agency = serializers.CharField(max_length=32)
    name_en = serializers.CharField(max_length=120)


class CameraPatch(CameraFields):
    """`camera_id` may be repeated but not changed."""

    camera_id = serializers.CharField(required=False, max_length=48)
    agency = serializers.CharField(required=False, max_length=32)
    name_en = serializers.CharField(required=False, max_length=120)


class CameraQuery(serializers.Serializer[Any]):
    q = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="Words in ID, names, place, tags."
    )
    agency = serializers.CharField(required=False, allow_blank=True, max_length=32, help_text="Code of an agency.")
    state = serializers.ChoiceField(required=False, allow_blank=True, choices=CameraState.choices)
    group = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="With all below it.")
    tag = serializers.CharField(required=False, allow_blank=True, max_length=40)
