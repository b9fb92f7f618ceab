"""What the management API says of replicas, and how it reads what it is sent."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from downstream.models import Replica, State

LARGEST_ID = 2**63 - 1


class Strict(serializers.Serializer[Any]):
    """Refuses what it does not know: a word with a spelling mistake is not to be passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(data.keys() - self.fields.keys())):
            sentence = "Not known: remove it or mend its spelling."
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        return super().to_internal_value(data)


class ReplicaSerializer(serializers.ModelSerializer[Replica]):
    target = serializers.CharField(source="target.name")
    name = serializers.CharField(source="resource.label")

    class Meta:
        model = Replica
        fields = (
            "id",
            "target",
            "user",
            "group",
            "name",
            "state",
            "desired",
            "applied",
            "remote_id",
            "failures",
            "error_class",
            "error",
            "error_attribute",
            "failed_at",
            "failure_group",
            "due_at",
        )


class ReplicaQuery(serializers.Serializer[Any]):
    """What narrows a list of replicas."""

    state = serializers.ChoiceField(State.choices, required=False)
    target = serializers.CharField(required=False)
