"""Replicas of one tenant."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination

from api.authentication import tenant_of
from api.serializers import ReplicaQuery, ReplicaSerializer
from downstream.models import Replica
from tenants.models import Scope


class ReplicaPages(CursorPagination):
    ordering = "id"
    page_size = 100


class Replicas(ListAPIView[Replica]):
    """`?state=parked` and `?target=<name>` narrow the list."""

    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = ReplicaSerializer
    pagination_class = ReplicaPages

    def get_queryset(self) -> QuerySet[Replica]:
        query = ReplicaQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        found = Replica.objects.of_tenant(tenant_of(self.request)).select_related("target", "user", "group")
        found = found.defer("user__document", "group__document")
        if "state" in asked:
            found = found.filter(state=asked["state"])
        return found.filter(target__name=asked["target"]) if "target" in asked else found
