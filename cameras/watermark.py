"""Who is named over the picture: the operator, where the camera's agency wants it so.

It deters from photographing the screen; it is no lock, because what a browser draws its owner can change.
"""

from __future__ import annotations

from accounts.models import User
from cameras.access import Visitor
from cameras.models import Agency, WatermarkPolicy


def watermark_for(visitor: Visitor, agency: Agency, *, on_behalf_of: str = "") -> str:
    """The text, or "" for none. `on_behalf_of`: the person a service account names."""
    if agency.watermark != WatermarkPolicy.ALWAYS:
        return ""
    if isinstance(visitor, User):
        return visitor.get_full_name() or visitor.get_username()
    return on_behalf_of or getattr(visitor, "name", "")
