"""What the log calls targets and replicas."""

from __future__ import annotations

from audit.log_event import Subject, SubjectType
from directory.services.announce import subject_of
from downstream.models import Replica, Target


def app_subject(target: Target) -> Subject:
    return Subject(SubjectType.APP, str(target.id), target.name, target.kind)


def replica_subjects(replica: Replica) -> tuple[Subject, Subject]:
    """The target, then the user or group."""
    return app_subject(replica.target), subject_of(replica.resource)
