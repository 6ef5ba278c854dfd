"""What the API of walls takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cameras.models import CAMERA_ID
from walls.layouts import MOST, TILES


class TileIn(serializers.Serializer[Any]):
    place = serializers.IntegerField(min_value=0, max_value=MOST - 1, help_text="From 0, in reading order.")
    camera_id = serializers.RegexField(CAMERA_ID, allow_null=True, help_text="null: nothing there.")


class WallIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    layout = serializers.ChoiceField(choices=list(TILES))
    agency = serializers.CharField(
        max_length=32, required=False, allow_null=True, default=None, help_text="Code of the agency that sees it, too."
    )
    tiles = serializers.ListField(child=TileIn(), max_length=MOST)

    def validate_tiles(self, tiles: list[Mapping[str, Any]]) -> dict[int, str | None]:
        return {tile["place"]: tile["camera_id"] for tile in tiles}


class WallPut(WallIn):
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The one that was changed.")
