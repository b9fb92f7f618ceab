"""One replica of a tenant: what a delivery of it would do, and values that stand in for mapped ones."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from api.serializers import Strict
from downstream.models import Override, Replica
from downstream.models.overrides import REASON_LENGTH
from downstream.overrides import end, override
from downstream.previews import Preview, preview
from tenants.models import Scope


class LineSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    there = serializers.JSONField()
    wanted = serializers.JSONField()
    changes = serializers.BooleanField()
    overridden = serializers.BooleanField()


class MembersSerializer(serializers.Serializer[Any]):
    compared = serializers.BooleanField()
    joining = serializers.IntegerField()
    leaving = serializers.IntegerField()
    first_joining = serializers.ListField(child=serializers.CharField())
    first_leaving = serializers.ListField(child=serializers.CharField())


class PreviewSerializer(serializers.Serializer[Preview]):
    replica = serializers.IntegerField(source="replica.id")
    outlook = serializers.CharField()
    sentence = serializers.CharField()
    attribute = serializers.CharField()
    remote_id = serializers.CharField()
    lines = LineSerializer(many=True)
    members = MembersSerializer(allow_null=True)


class OverrideSerializer(serializers.ModelSerializer[Override]):
    """`value` is null where nobody may read it."""

    value = serializers.SerializerMethodField("shown")

    class Meta:
        model = Override
        fields = ("id", "field", "value", "is_hidden", "reason", "made_by", "created_at", "expires_at")

    def shown(self, made: Override) -> Any:
        return None if made.is_hidden else made.value


class OverrideRequest(Strict):
    field = serializers.CharField(max_length=255)
    value = serializers.JSONField()
    reason = serializers.CharField(max_length=REASON_LENGTH)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class Overrides(APIView):
    """Values that stand in for what the mapping makes; making one delivers the replica again."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, replica_id: int) -> Response:
        living = replica_of(request, replica_id).overrides.living().order_by("field")
        return Response(OverrideSerializer(living, many=True).data)

    def post(self, request: Request, replica_id: int) -> Response:
        asked = OverrideRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        made = override(replica_of(request, replica_id), **asked.validated_data, by=actor_of(request))
        made.refresh_from_db()
        return Response(OverrideSerializer(made).data, status=201)


class OneOverride(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def delete(self, request: Request, replica_id: int, override_id: int) -> Response:
        own = Override.objects.filter(replica=replica_of(request, replica_id), ended_at=None)
        end(get_object_or_404(own.with_replica(), id=override_id), by=actor_of(request))
        return Response(status=204)


class PreviewOfReplica(APIView):
    """What the target has now beside what it would get, attribute by attribute. Nothing is written.

    Asks the target: takes as long as a few calls of its time limit at most.
    """

    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, replica_id: int) -> Response:
        return Response(PreviewSerializer(preview(replica_of(request, replica_id))).data)


def replica_of(request: Request, replica_id: int) -> Replica:
    """One of the tenant's own, or a 404."""
    own = Replica.objects.of_tenant(tenant_of(request))
    found: Replica = get_object_or_404(own.select_related("target__tenant", "user", "group"), id=replica_id)
    return found
