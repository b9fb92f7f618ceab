"""What a replay would do, before anything is done."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q

from downstream.models import ReplicaQuerySet


@dataclass(frozen=True)
class Expected:
    """What a replay would do in one target."""

    target_id: uuid.UUID
    target: str
    create: int
    update: int
    remove: int

    @property
    def total(self) -> int:
        return self.create + self.update + self.remove

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"target_id": str(self.target_id)}


def expected(replicas: ReplicaQuerySet) -> list[Expected]:
    """By target and operation, targets by name: counted in full, once for each preview."""
    gone = Q(user__deleted_at__isnull=False) | Q(group__deleted_at__isnull=False)
    rows = (
        replicas.order_by()
        .values("target_id", "target__name")
        .annotate(
            remove=Count("pk", filter=gone),
            create=Count("pk", filter=~gone & Q(remote_id="")),
            update=Count("pk", filter=~gone & ~Q(remote_id="")),
        )
        .order_by("target__name")
    )
    return [
        Expected(row["target_id"], row["target__name"], row["create"], row["update"], row["remove"])
        for row in rows
    ]
