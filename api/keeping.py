"""How long the log keeps what, and erasing people from it."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from api.serializers import Strict
from audit import pruning
from audit.erasure import erase, mentions, work_off
from audit.kinds import LONGEST_DAYS, Kind
from audit.models import Erasure
from audit.retention import days_of, keep_for
from directory.people import Identity, identity
from tenants.models import Scope, Tenant

# An answer waits no longer; workers do the rest.
SECONDS = 5.0


class Days(Strict):
    """Of some kinds, or of all."""

    def get_fields(self) -> dict[str, Any]:
        return {
            kind.value: serializers.IntegerField(required=False, min_value=1, max_value=LONGEST_DAYS)
            for kind in Kind
        }


class RetentionRequest(Strict):
    days = Days()


class Retention(APIView):
    """`days` of each kind, and `expired`: how many events are older."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request) -> Response:
        return Response(_retention(tenant_of(request).id))

    def patch(self, request: Request) -> Response:
        asked = RetentionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        days = {Kind(name): number for name, number in asked.validated_data["days"].items()}
        keep_for(tenant_of(request).id, days, by=actor_of(request))
        return Response(_retention(tenant_of(request).id))


class Purges(APIView):
    """Purge now. Of much, workers purge the rest within the hour."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request) -> Response:
        gone = pruning.prune(tenant_of(request).id, by=actor_of(request), seconds=SECONDS)
        return Response({"purged": {kind.value: gone[kind] for kind in Kind}})


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """`looked_through` of `until` events, `events` said something of the person."""

    person = serializers.CharField(source="shown_id")
    events = serializers.IntegerField(source="count")
    looked_through = serializers.IntegerField(source="cursor")

    class Meta:
        model = Erasure
        fields = ("id", "person", "events", "looked_through", "until", "started_at", "ended_at")


class ErasureRequest(Strict):
    """The id or user name of the person, and `names` that they are or were called besides."""

    person = serializers.CharField(max_length=255)
    names = serializers.ListField(child=serializers.CharField(max_length=255), max_length=100, default=list)
    dry_run = serializers.BooleanField(default=False)

    def whom(self, tenant: Tenant) -> Identity:
        found = identity(tenant, self.validated_data["person"])
        return Identity(found.id, sorted({*found.names, *self.validated_data["names"]}))


class ErasurePages(CursorPagination):
    ordering = ("-started_at", "-id")
    page_size = 50


class Erasures(ListAPIView[Erasure]):
    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = ErasureSerializer
    pagination_class = ErasurePages

    def get_queryset(self) -> QuerySet[Erasure]:
        return Erasure.objects.filter(tenant_id=tenant_of(self.request).id)

    def post(self, request: Request) -> Response:
        """With `dry_run` it only counts the events that mention them. In a small log it is done by then."""
        asked, tenant = ErasureRequest(data=request.data), tenant_of(request)
        asked.is_valid(raise_exception=True)
        whom = asked.whom(tenant)
        if asked.validated_data["dry_run"]:
            return Response({"person": whom.id, "mentions": mentions(tenant.id, whom.id, whom.names)})
        begun = erase(tenant.id, whom.id, names=whom.names, by=actor_of(request))
        work_off(begun, seconds=SECONDS)
        begun.refresh_from_db()
        return Response(ErasureSerializer(begun).data, status=status.HTTP_202_ACCEPTED)


class OneErasure(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, erasure_id: uuid.UUID) -> Response:
        found = get_object_or_404(Erasure, tenant_id=tenant_of(request).id, id=erasure_id)
        return Response(ErasureSerializer(found).data)


def _retention(tenant_id: uuid.UUID) -> dict[str, Any]:
    expired = pruning.expired(tenant_id)
    return {
        "default_days": settings.LOG_RETENTION_DAYS,
        "days": {kind.value: days for kind, days in days_of(tenant_id).items()},
        "expired": {kind.value: expired[kind] for kind in Kind},
    }
