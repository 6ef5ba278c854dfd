"""Who calls the API: a person with a session (and CSRF), or a service account with a bearer key."""

from __future__ import annotations

import hmac
import json
import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey, ServiceAccount
from accounts.services import secret_sha256
from cctv.errors import DomainError

_KEY = re.compile(rb"[Bb][Ee][Aa][Rr][Ee][Rr] +([0-9a-f]{8,12})\.([A-Za-z0-9_-]{43})")
LAST_USE_STEP = timedelta(minutes=1)


def key_parts(header: bytes) -> tuple[str, str] | None:
    """Prefix and secret of an Authorization header that looks like one of our keys'."""
    parts = _KEY.fullmatch(header)
    return (parts[1].decode(), parts[2].decode()) if parts else None


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <prefix>.<secret>`: request.user is the ServiceAccount, request.auth the ApiKey."""

    def authenticate(self, request: Request) -> tuple[ServiceAccount, ApiKey] | None:
        header = authentication.get_authorization_header(request)
        if header[:6].lower() != b"bearer":
            return None
        parts = key_parts(header)
        key = _valid_key(*parts) if parts else None
        if key is None:
            raise AuthenticationFailed(code="invalid_api_key")
        _mark_used(key)
        return key.account, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session, with CSRF enforced: the header, or `csrfmiddlewaretoken` in a form (a beacon's) body."""

    def authenticate_header(self, request: Request) -> str:
        """Without it DRF would answer a stranger 403 where only this class is used."""
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        """Asks Django's own request: it reads a form whatever the view parses, and leaves a JSON body alone."""
        check = authentication.CSRFCheck(lambda _: None)  # type: ignore[arg-type]
        check.process_request(request._request)
        if check.process_view(request._request, None, (), {}):  # type: ignore[arg-type]
            raise DomainError("csrf_failed", 403)


# In SQL and without the ORM's rows: this is asked with every call, and took longer than the rest of a heartbeat.
FIND = """
    SELECT account.id, account.name, account.agency_codes::text, account.all_agencies, account.may_publish,
           account.may_manage, account.enabled, own.id, own.secret_sha256, own.last_used_at, own.revoked_at
    FROM accounts_apikey AS own JOIN accounts_serviceaccount AS account ON account.id = own.account_id
    WHERE own.prefix = %s
"""


def _found(prefix: str) -> ApiKey | None:
    with connection.cursor() as cursor:
        cursor.execute(FIND, [prefix])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, name, codes, everywhere, publishes, manages, enabled, key_pk, sha256, last_used_at, revoked_at = row
    account = ServiceAccount(
        id=pk,
        name=name,
        agency_codes=json.loads(codes),
        all_agencies=everywhere,
        may_publish=publishes,
        may_manage=manages,
        enabled=enabled,
    )
    account._state.adding = False
    dates = {"last_used_at": last_used_at, "revoked_at": revoked_at}
    return ApiKey(id=key_pk, account=account, prefix=prefix, secret_sha256=sha256, **dates)


def _valid_key(prefix: str, secret: str) -> ApiKey | None:
    key = _found(prefix)
    # An unknown prefix takes the same comparison, so that time tells nothing.
    same = hmac.compare_digest(key.secret_sha256 if key else "0" * 64, secret_sha256(secret))
    return key if key and same and key.revoked_at is None and key.account.enabled else None


def _mark_used(key: ApiKey) -> None:
    """At most once a minute, so that a busy account does not write with every call."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= LAST_USE_STEP:
        unmarked = Q(last_used_at=None) | Q(last_used_at__lte=now - LAST_USE_STEP)
        ApiKey.objects.filter(unmarked, pk=key.pk).update(last_used_at=now)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the API's document names this way in; drf-spectacular finds it by its being defined."""

    target_class = ApiKeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "<prefix>.<secret>"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = SessionAuthentication
    name = "Session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
