"""Liveness and readiness, for load balancers and the supervisor."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse

from downstream.models import Replica


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """The database answers; how old the oldest due delivery is, in seconds (null: nothing is due)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        age = Replica.objects.backlog_age()
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok", "backlogAgeSeconds": age})
