"""Narrowing a list of cameras. The words of a reader never raise: what cannot match finds nothing."""

from __future__ import annotations

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from cameras.models import Camera, CameraGroup


def search(
    cameras: QuerySet[Camera],
    *,
    q: str = "",
    agency: str = "",
    state: str = "",
    group: int | None = None,
    tag: str = "",
) -> QuerySet[Camera]:
    """`q`: each word somewhere in ID, names, place or tags; `agency` is a code; `group` includes all below it."""
    cameras = cameras.alias(tag_text=Cast("tags", TextField()))
    for word in q.replace("\0", "").split():
        cameras = cameras.filter(_somewhere(word))
    exact = {"agency__code": agency.replace("\0", ""), "state": state.replace("\0", "")}
    cameras = cameras.filter(**{name: value for name, value in exact.items() if value})
    if tag:
        cameras = cameras.filter(tags__contains=[tag.replace("\0", "")])
    return cameras if group is None else cameras.filter(group__in=_with_all_below(group))


def _somewhere(word: str) -> Q:
    fields = ("camera_id", "name_en", "name_ar", "place", "tag_text")
    return Q(*((f"{name}__icontains", word) for name in fields), _connector=Q.OR)


def _with_all_below(group: int) -> set[int]:
    """One query per level of the tree; a group seen before is not followed again, whatever the rows say."""
    found, level = {group}, {group}
    while level:
        level = set(CameraGroup.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found
