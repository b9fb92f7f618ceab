"""Calling a connector: whatever it raises becomes an error with a remedy."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager

from downstream.connectors import InvalidConfig, open_connector, open_endpoint
from downstream.connectors.base import AnyConnector, AnyEndpoint
from downstream.errors import AccessDenied, DeliveryError, ErrorClass
from downstream.models import Target
from lib.secrets import Undecryptable
from lib.traces import trace_without_messages

log = logging.getLogger(__name__)


class Unexpected(DeliveryError):
    """Any other exception: a bug, ours or a connector's."""

    error_class = ErrorClass.BUG


class StopsWorkers(DeliveryError):
    """Its lease ran out without a verdict too often."""

    error_class = ErrorClass.CRASH


@contextmanager
def guarded(trace: str) -> Iterator[None]:
    """Raises nothing but DeliveryError: whatever a connector does, there is a verdict.

    `trace` says in the process's own log whom it was for.
    """
    try:
        yield
    except DeliveryError:
        raise
    except (InvalidConfig, Undecryptable) as error:
        raise AccessDenied(str(error)) from error
    except Exception as bug:
        log.error("A connector broke: %s\n%s", trace, trace_without_messages(bug))
        raise Unexpected(
            f"The connector broke ({type(bug).__name__}). The worker's log has the trace."
        ) from bug


@contextmanager
def opened(target: Target) -> Iterator[AnyConnector]:
    """The target's connector, closed at the end. Raises nothing but DeliveryError."""
    with (
        guarded(f"target {target.id}"),
        closing(open_connector(target.kind, target.settings, time_limit=target.time_limit)) as connector,
    ):
        yield connector


@contextmanager
def reached(target: Target) -> Iterator[AnyEndpoint]:
    """The same for targets of every kind, those without accounts included."""
    with (
        guarded(f"target {target.id}"),
        closing(open_endpoint(target.kind, target.settings, time_limit=target.time_limit)) as endpoint,
    ):
        yield endpoint
