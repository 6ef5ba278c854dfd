"""Changes of people's roles and of API keys."""

from __future__ import annotations

import hashlib
import secrets

from accounts.models import ApiKey, Membership, Role, ServiceAccount, User
from cctv import clock

PREFERENCES = frozenset({"language", "time_zone", "theme", "digits"})


def api_key_create(*, account: ServiceAccount) -> tuple[ApiKey, str]:
    """A new key, and its text `<prefix>.<secret>`: to be shown once, for only the secret's SHA-256 is kept."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(account=account, prefix=prefix, secret_sha256=secret_sha256(secret))
    return key, f"{prefix}.{secret}"


def api_key_revoke(*, key: ApiKey) -> None:
    """For good. A second time changes nothing."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now())
    key.refresh_from_db(fields=["revoked_at"])


def membership_set(*, user: User, agency_code: str, role: Role) -> Membership:
    """The one role the user has in the agency."""
    membership, _ = Membership.objects.update_or_create(user=user, agency_code=agency_code, defaults={"role": role})
    return membership


def membership_remove(*, user: User, agency_code: str) -> None:
    Membership.objects.filter(user=user, agency_code=agency_code).delete()


def preferences_set(*, user: User, **chosen: str) -> None:
    """`chosen`: of PREFERENCES; the others stay."""
    assert chosen.keys() <= PREFERENCES
    for name, value in chosen.items():
        setattr(user, name, value)
    user.save(update_fields=list(chosen))


def secret_sha256(secret: str) -> str:
    """Plain SHA-256 is enough: the secret is 256 random bits, nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
