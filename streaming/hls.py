"""/hls: playlist and segments that the pusher wrote, against a live lease (embedded plane)."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cctv.errors import DomainError
from cctv.problems import response
from streaming.models import Reservation
from streaming.requests import busy_without_database
from streaming.services.transports import admit_hls, lease_of_token

PLAYLIST = "index.m3u8"
FILES = re.compile(r"index\.m3u8|[a-z]+[0-9]{1,10}\.(?:ts|m4s|mp4)")
TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t", ".m4s": "video/mp4", ".mp4": "video/mp4"}
COOKIE = "hls"


@require_safe
@busy_without_database
def hls_file(request: HttpRequest, path: str, file: str) -> HttpResponse:
    try:
        return _serve(request, path, file)
    except DomainError as error:
        return response(error)


def _serve(request: HttpRequest, path: str, file: str) -> HttpResponse:
    if settings.GATEWAY != "direct" or not FILES.fullmatch(file):
        raise DomainError("not_found", 404)
    token = request.GET.get("token") or request.COOKIES.get(COOKIE, "")
    lease = lease_of_token(token, path)
    if file == PLAYLIST:
        admit_hls(lease)
    answer = _file(lease, path, file)
    if file == PLAYLIST:
        _remember(answer, token, path)
    return answer


def _file(lease: Reservation, path: str, file: str) -> HttpResponse:
    """404 `hls_not_ready` while the first segment is being written; an old segment is simply gone."""
    full = Path(settings.HLS_DIR) / path / str(lease.stream.generation) / file
    try:
        content = full.read_bytes()
    except OSError:
        code = "hls_not_ready" if file == PLAYLIST else "not_found"
        raise DomainError(code, 404, retry_after=1) from None
    return HttpResponse(content, content_type=TYPES[full.suffix], headers={"Cache-Control": "no-store"})


def _remember(answer: HttpResponse, token: str, path: str) -> None:
    """Segments carry no token: the cookie does, for this camera's folder only."""
    answer.set_cookie(
        COOKIE,
        token,
        path=f"/hls/{path}/",
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
        max_age=int(settings.VIEWER_TOKEN_SECONDS),
    )
