"""Is the process alive, and is what it needs there?"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Asked for by browsers on pages that name no icon, such as the admin's."""
    return HttpResponseRedirect(static("img/favicon.svg"))


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and is migrated. Redis may be away: no lease depends on it."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "database_unreachable"}, status=503)
    if pending:
        return JsonResponse({"status": "migrations_pending"}, status=503)
    return JsonResponse({"status": "ok"})
