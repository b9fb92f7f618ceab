"""Alerts of one tenant, and the channels by which people hear of them."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of, tenant_of
from api.serializers import Strict
from downstream.alerts.channels import add_channel, change_channel, remove_channel, try_channel
from downstream.models import Alert, AlertChannel, AlertQuerySet
from tenants.models import Scope


class AlertSerializer(serializers.ModelSerializer[Alert]):
    class Meta:
        model = Alert
        fields = (
            "id",
            "kind",
            "target",
            "credential",
            "stream",
            "sentence",
            "since",
            "opened_at",
            "resolved_at",
        )


class AlertQuery(serializers.Serializer[Any]):
    """What narrows a list of alerts."""

    state = serializers.ChoiceField(("open", "resolved"), required=False)


class AlertPages(CursorPagination):
    ordering = ("-opened_at", "-id")
    page_size = 100


class Alerts(ListAPIView[Alert]):
    """Newest first; `?state=open` or `?state=resolved` narrows the list."""

    scope: ClassVar[Scope] = Scope.MANAGE
    serializer_class = AlertSerializer
    pagination_class = AlertPages

    def get_queryset(self) -> AlertQuerySet:
        query = AlertQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        alerts = Alert.objects.of_tenant(tenant_of(self.request))
        match query.validated_data.get("state"):
            case "open":
                return alerts.open()
            case "resolved":
                return alerts.resolved()
        return alerts


class ChannelSerializer(serializers.ModelSerializer[AlertChannel]):
    """`trouble`: why the last message did not arrive; empty if it did."""

    class Meta:
        model = AlertChannel
        fields = ("id", "kind", "address", "enabled", "trouble", "created_at")


class NewChannel(Strict):
    kind = serializers.ChoiceField(AlertChannel.Kind.choices)
    address = serializers.CharField()


class ChannelChanges(Strict):
    """What is left out stays."""

    address = serializers.CharField(required=False)
    enabled = serializers.BooleanField(required=False)


class Channels(APIView):
    """All of them: a tenant has few."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request) -> Response:
        channels = tenant_of(request).alert_channels.order_by("created_at", "id")
        return Response({"results": ChannelSerializer(channels, many=True).data})

    def post(self, request: Request) -> Response:
        """A webhook's signing `secret` is told this once."""
        asked = NewChannel(data=request.data)
        asked.is_valid(raise_exception=True)
        channel = add_channel(tenant_of(request), **asked.validated_data, by=actor_of(request))
        told = {"secret": channel.secret} if channel.sealed_secret else {}
        return Response({**ChannelSerializer(channel).data, **told}, status=201)


class OneChannel(APIView):
    scope: ClassVar[Scope] = Scope.MANAGE

    def get(self, request: Request, channel_id: uuid.UUID) -> Response:
        return Response(ChannelSerializer(_own(request, channel_id)).data)

    def patch(self, request: Request, channel_id: uuid.UUID) -> Response:
        channel, asked = _own(request, channel_id), ChannelChanges(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = change_channel(channel, **asked.validated_data, by=actor_of(request))
        return Response(ChannelSerializer(changed).data)

    def delete(self, request: Request, channel_id: uuid.UUID) -> Response:
        remove_channel(_own(request, channel_id), by=actor_of(request))
        return Response(status=204)


class ChannelTests(APIView):
    """Sends a message about nothing; takes as long as the receiver takes, ten seconds at most."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request, channel_id: uuid.UUID) -> Response:
        try_channel(_own(request, channel_id), by=actor_of(request))
        return Response({"sent": True})


def _own(request: Request, channel_id: uuid.UUID) -> AlertChannel:
    return get_object_or_404(AlertChannel, tenant=tenant_of(request), id=channel_id)
