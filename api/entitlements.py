"""The catalogue of roles and entitlements of one tenant, and reading it from targets."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from directory.catalogue import DESCRIPTION_LENGTH, ROLE, VALUE_LENGTH, Entitlement, EntitlementQuerySet
from directory.services import add_entitlement, change_entitlement, delete_entitlement
from directory.services.entitlements import Facts
from downstream.entitlements import import_entitlements
from downstream.models import Target
from tenants.models import Scope


class EntitlementSerializer(serializers.ModelSerializer[Entitlement]):
    """`target`: the id of the target that it was read from, null if it was made by hand."""

    target = serializers.UUIDField(source="target_id")

    class Meta:
        model = Entitlement
        fields = ("id", "type", "value", "display_name", "description", "target", "created_at", "modified_at")


class Telling(serializers.Serializer[Any]):
    """What can be changed."""

    display_name = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=VALUE_LENGTH
    )
    description = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=DESCRIPTION_LENGTH
    )


class NewRole(Telling):
    value = serializers.CharField(max_length=VALUE_LENGTH, trim_whitespace=False)


class NewEntitlement(NewRole):
    type = serializers.CharField(max_length=63)


class ImportRequest(serializers.Serializer[Any]):
    """`target` is its name."""

    target = serializers.CharField()


class EntitlementPages(CursorPagination):
    ordering = ("created_at", "id")
    page_size = 100


class Entitlements(ListAPIView[Entitlement]):
    """All of them, roles too; `?type=License` narrows the list."""

    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = EntitlementSerializer
    pagination_class = EntitlementPages

    def get_queryset(self) -> EntitlementQuerySet:
        found: EntitlementQuerySet = tenant_of(self.request).entitlements.all()
        kind = self.request.query_params.get("type", "").replace("\0", "")
        return found.filter(type=kind) if kind else found

    def post(self, request: Request) -> Response:
        asked = NewEntitlement(data=request.data)
        asked.is_valid(raise_exception=True)
        return added(request, Facts(**asked.validated_data))


class Roles(Entitlements):
    """Those of the type Role."""

    def get_queryset(self) -> EntitlementQuerySet:
        return super().get_queryset().roles()

    def post(self, request: Request) -> Response:
        asked = NewRole(data=request.data)
        asked.is_valid(raise_exception=True)
        return added(request, Facts(type=ROLE, **asked.validated_data))


def added(request: Request, facts: Facts) -> Response:
    entitlement = add_entitlement(tenant_of(request), facts, by=actor_of(request))
    return Response(EntitlementSerializer(entitlement).data, status=201)


class OneEntitlement(APIView):
    """Type and value can't be changed: users carry them."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, entitlement_id: uuid.UUID) -> Response:
        entitlement = get_object_or_404(Entitlement, tenant=tenant_of(request), id=entitlement_id)
        return Response(EntitlementSerializer(entitlement).data)

    def put(self, request: Request, entitlement_id: uuid.UUID) -> Response:
        asked = Telling(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = change_entitlement(
            tenant_of(request), entitlement_id, **asked.validated_data, by=actor_of(request)
        )
        return Response(EntitlementSerializer(changed).data)

    def delete(self, request: Request, entitlement_id: uuid.UUID) -> Response:
        delete_entitlement(tenant_of(request), entitlement_id, by=actor_of(request))
        return Response(status=204)


class EntitlementImports(APIView):
    """Makes a target's part of the catalogue what it offers now; takes as long as the target takes."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request) -> Response:
        asked = ImportRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        target = get_object_or_404(Target, tenant=tenant_of(request), name=asked.validated_data["target"])
        taken = import_entitlements(target, by=actor_of(request))
        return Response(asdict(taken))
