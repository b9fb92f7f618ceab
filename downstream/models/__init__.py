"""What is owed: targets, the replica of each resource in each target, and each attempt to deliver it."""

from downstream.models.alerts import Alert, AlertChannel, AlertKind, AlertNotice, AlertQuerySet
from downstream.models.attempts import Attempt
from downstream.models.failure_groups import FailureGroup, FailureGroupQuerySet
from downstream.models.overrides import Override, OverrideQuerySet
from downstream.models.replays import Replay, ReplayQuerySet
from downstream.models.replica_queries import ReplicaQuerySet
from downstream.models.replicas import Replica
from downstream.models.streams import LogStream, StreamQuerySet
from downstream.models.sweeps import Sweep
from downstream.models.targets import Target
from downstream.models.words import BACKLOG, FAILED, Rank, State, Trigger

__all__ = [
    "BACKLOG",
    "FAILED",
    "Alert",
    "AlertChannel",
    "AlertKind",
    "AlertNotice",
    "AlertQuerySet",
    "Attempt",
    "FailureGroup",
    "FailureGroupQuerySet",
    "LogStream",
    "Override",
    "OverrideQuerySet",
    "Rank",
    "Replay",
    "ReplayQuerySet",
    "Replica",
    "ReplicaQuerySet",
    "State",
    "StreamQuerySet",
    "Sweep",
    "Target",
    "Trigger",
]
