"""The words in which the state of a delivery is told."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """How a replica stands. The one vocabulary of pages, commands and API."""

    PENDING = "pending", "Pending"
    SYNCED = "synced", "In step"
    RETRYING = "retrying", "Retrying"
    WAITING = "waiting", "Waiting"
    PARKED = "parked", "Failed"
    HELD = "held", "Held"
    REHEARSED = "rehearsed", "Dry run"


# What support staff look after.
FAILED = (State.PARKED, State.RETRYING)
# What a worker will still deliver by itself.
BACKLOG = (State.PENDING, State.RETRYING, State.WAITING)


class Trigger(models.TextChoices):
    """Why a replica became due."""

    CHANGE = "change", "Change"
    REPLAY = "replay", "Replay"
    BACKFILL = "backfill", "New target"
    OVERRIDE = "override", "Override"
    SETTINGS = "settings", "Changed settings"


class Rank(models.IntegerChoices):
    """What is delivered first: taking access away before granting it, and both before what came in bulk."""

    URGENT = 0, "Urgent"
    USUAL = 1, "Usual"
    BULK = 2, "Bulk"
