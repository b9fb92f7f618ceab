"""The targets of one tenant: adding, reading, changing and deleting them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from api.serializers import Strict
from downstream.guard import allow, reject
from downstream.models import Target
from downstream.services import add_target, made_for, switch
from downstream.settings import PLAIN, change_target, delete_target, secret_fields
from tenants.models import Scope

SETTINGS = ("config", *(name for name in PLAIN if name != "name"))
MODES = (Target.Mode.LIVE, Target.Mode.DRY_RUN, Target.Mode.PAUSED)


class TargetSerializer(serializers.ModelSerializer[Target]):
    """Without configuration, which is read one by one."""

    class Meta:
        model = Target
        fields = (
            "id",
            "name",
            "kind",
            "mode",
            "trouble_class",
            "trouble",
            "trouble_since",
            "resume_at",
            "guard_since",
            "guard_open_until",
        )


class WholeTarget(TargetSerializer):
    """With its settings. Of secrets only the names are told, under `secret_fields`."""

    secret_fields = serializers.SerializerMethodField()

    def get_secret_fields(self, target: Target) -> list[str]:
        return sorted(secret_fields(target.kind))

    class Meta(TargetSerializer.Meta):
        fields = (*TargetSerializer.Meta.fields, "revision", "secret_fields", "after", *SETTINGS)  # type: ignore[assignment]  # more


class TargetChanges(Strict):
    """What may be changed; what is left out stays. `revision` is that which was read."""

    revision = serializers.IntegerField(required=False, min_value=1)
    name = serializers.CharField(required=False)
    mode = serializers.ChoiceField(MODES, required=False)
    config = serializers.DictField(required=False)
    after = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=100)
    time_limit = serializers.IntegerField(required=False)
    concurrency = serializers.IntegerField(required=False)
    rate = serializers.FloatField(required=False, allow_null=True)
    guard_floor = serializers.IntegerField(required=False)
    guard_percent = serializers.IntegerField(required=False)
    backlog_objective = serializers.IntegerField(required=False)
    wait_seconds = serializers.IntegerField(required=False)


class NewTarget(Strict):
    name = serializers.CharField()
    kind = serializers.CharField()
    config = serializers.DictField()
    mode = serializers.ChoiceField(MODES, default=Target.Mode.LIVE)


class TargetPages(CursorPagination):
    ordering = ("name", "id")
    page_size = 100


class Targets(ListAPIView[Target]):
    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = TargetSerializer
    pagination_class = TargetPages

    def get_queryset(self) -> QuerySet[Target]:
        return Target.objects.filter(tenant=tenant_of(self.request))

    def post(self, request: Request) -> Response:
        """A new one, which owes the whole directory from the start.

        `made` tells, this once, what was made for it and not sent, such as a signing secret.
        """
        asked = NewTarget(data=request.data)
        asked.is_valid(raise_exception=True)
        target = add_target(tenant_of(request), **asked.validated_data, by=actor_of(request))
        made = made_for(target, asked.validated_data["config"])
        return Response({**WholeTarget(target).data, "made": made}, status=201)


class OneTarget(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, target_id: uuid.UUID) -> Response:
        return Response(WholeTarget(own_target(request, target_id)).data)

    def patch(self, request: Request, target_id: uuid.UUID) -> Response:
        target = own_target(request, target_id)
        asked = TargetChanges(data=request.data)
        asked.is_valid(raise_exception=True)
        changes = dict(asked.validated_data)
        mode = changes.pop("mode", None)
        if "after" in changes:
            changes["after"] = named(request, changes["after"])
        change_target(target, **changes, by=actor_of(request))
        if mode:
            switch(target, Target.Mode(mode), by=actor_of(request))
        return self.get(request, target_id)

    def delete(self, request: Request, target_id: uuid.UUID) -> Response:
        """202: of a large target workers remove the rest."""
        delete_target(own_target(request, target_id), by=actor_of(request))
        return Response(status=202)


class Decision(Strict):
    """What becomes of the removals that are held."""

    decision = serializers.ChoiceField(("allow", "reject"))
    reason = serializers.CharField(required=False, default="", allow_blank=True)


class Guard(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request, target_id: uuid.UUID) -> Response:
        target = own_target(request, target_id)
        asked = Decision(data=request.data)
        asked.is_valid(raise_exception=True)
        by, reason = actor_of(request), asked.validated_data["reason"]
        if asked.validated_data["decision"] == "allow":
            return Response({"allowed": allow(target, by=by)})
        return Response({"rejected": reject(target, reason=reason, by=by)})


def named(request: Request, ids: list[uuid.UUID]) -> list[Target]:
    """The tenant's targets of these ids. Raises ValidationError if there is one that it has not."""
    found = Target.objects.filter(tenant=tenant_of(request)).in_bulk(ids)
    if unknown := [str(one) for one in ids if one not in found]:
        raise serializers.ValidationError({"after": [f"There is no target {', '.join(unknown)}."]})
    return list(found.values())


def own_target(request: Request, target_id: uuid.UUID) -> Target:
    """The tenant's. Raises Http404."""
    return get_object_or_404(Target, tenant=tenant_of(request), id=target_id)
