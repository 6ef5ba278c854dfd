"""The one error family of the domain: a stable `code` with `params`, rendered on reading (DESIGN §2)."""

from __future__ import annotations


class DomainError(Exception):
    """Refused, with a reason a program can read. Shown as application/problem+json (RFC 9457).

    `retry_after`: seconds after which asking again makes sense, sent as Retry-After.
    """

    def __init__(self, code: str, http_status: int, *, retry_after: int | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.http_status = http_status
        self.retry_after = retry_after
        self.params = params
