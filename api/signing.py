"""Signing secrets of targets."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import actor_of
from api.serializers import Strict
from api.targets import own_target
from downstream.rotations import KEEP, LONGEST_KEEP, rotate_secret
from tenants.models import Scope


class RotationRequest(Strict):
    """For how long the old secret signs beside the new one."""

    keep_hours = serializers.IntegerField(
        default=int(KEEP / timedelta(hours=1)), min_value=0, max_value=int(LONGEST_KEEP / timedelta(hours=1))
    )


class SecretRotations(APIView):
    """Makes a new signing secret, which the answer tells this once."""

    scope: ClassVar[Scope] = Scope.MANAGE

    def post(self, request: Request, target_id: uuid.UUID) -> Response:
        asked = RotationRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        keep = timedelta(hours=asked.validated_data["keep_hours"])
        secret = rotate_secret(own_target(request, target_id), keep=keep, by=actor_of(request))
        return Response({"secret": secret}, status=201)
