"""One replica of a tenant: what a delivery of it would do."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import tenant_of
from downstream.models import Replica
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
