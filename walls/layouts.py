"""How many tiles a wall has, by the name of its layout."""

from __future__ import annotations

# 1+5: one large tile, five around it.
TILES = {"1": 1, "4": 4, "6": 6, "9": 9, "16": 16, "25": 25, "1+5": 6}
MOST = max(TILES.values())
