"""Who did it, with a name a person knows: `user:7 operator-police`."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import ServiceAccount, User
from streaming.models import Reservation, StreamRequest


def who(row: Reservation | StreamRequest) -> str:
    """The holder of a lease, or whoever asked; `for …` where a service account names somebody."""
    name = ""
    if row.user is not None:
        name = f"user:{row.user.pk} {row.user.username}"
    elif row.account is not None:
        name = f"account:{row.account.pk} {row.account.name}"
    return f"{name} for {row.on_behalf_of}" if row.on_behalf_of else name


def named(actors: Iterable[str]) -> dict[str, str]:
    """Actors as events have them → the same with the name; `worker`, `beat` and the like stay as they are."""
    found = {actor: actor for actor in actors}
    for kind, names in (("user", _users), ("account", _accounts)):
        keys = {int(actor.partition(":")[2]): actor for actor in found if _numbered(actor, kind)}
        found |= {keys[pk]: f"{keys[pk]} {name}" for pk, name in names(keys)}
    return found


def _numbered(actor: str, kind: str) -> bool:
    head, _, tail = actor.partition(":")
    return head == kind and tail.isdecimal()


def _users(keys: Iterable[int]) -> list[tuple[int, str]]:
    return list(User.objects.filter(pk__in=list(keys)).values_list("pk", "username"))


def _accounts(keys: Iterable[int]) -> list[tuple[int, str]]:
    return list(ServiceAccount.objects.filter(pk__in=list(keys)).values_list("pk", "name"))
