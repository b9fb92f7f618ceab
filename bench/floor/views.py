"""The one view of the floor."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from bench.floor.models import FloorEvent, FloorReplica, FloorUser

TARGET = uuid.uuid4()
# As long as the event of a new user is.
EVENT = "x" * 1300


def create(request: HttpRequest) -> JsonResponse:
    """Parses the JSON, makes three inserts in one transaction, answers what was sent: no checks at all."""
    document = json.loads(request.body)
    user = insert(document)
    return JsonResponse({**document, "id": str(user.id)}, status=201)


@transaction.atomic
def insert(document: dict[str, Any]) -> FloorUser:
    now, trace, name, email = timezone.now(), uuid.uuid4().hex, document["userName"], document["emails"][0]
    user = FloorUser(
        document=document,
        user_name=name,
        display_name=document["displayName"],
        email=email["value"],
        active=document["active"],
        created_at=now,
        modified_at=now,
    )
    event = FloorEvent(
        published=now, event_type="create", transaction_id=trace, user_id=user.id, search=name, body=EVENT
    )
    replica = FloorReplica(
        target_id=TARGET, user_id=user.id, desired=1, state="pending", due_at=now, transaction_id=trace
    )
    for row in (user, event, replica):
        row.save(force_insert=True)
    return user
