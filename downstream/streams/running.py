"""Working a stream off: batches in order, each until the receiver has it, by whoever holds the lease."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from time import monotonic

from django.db import close_old_connections, connections

from downstream.calls import guarded
from downstream.errors import DeliveryError
from downstream.models import LogStream
from downstream.streams.feed import Portion, next_portion
from downstream.streams.sinks import AnySink, open_sink
from downstream.streams.verdicts import failed, held, passed, reached
from lib.clock import moment_in

log = logging.getLogger(__name__)

# Seconds. A turn begins no further batch after its budget.
BUDGET = 20.0
# Longer than a batch can take: sending it and, with Splunk, waiting until it is confirmed.
TERM = timedelta(seconds=50)
# Streams that are told at once by one worker process; a slow receiver takes one place.
THREADS = 8


def run_due() -> None:
    """Begin a turn of each stream that has one to come, and return. Safe to be called by several at once."""
    for stream_id in list(LogStream.objects.due().order_by("resume_at").values_list("id", flat=True)):
        _pool().ask(stream_id)


def run(stream_id: uuid.UUID, *, budget: float = BUDGET) -> int:
    """A turn, if there is one to come. Returns how many batches have arrived."""
    lease = _take(stream_id)
    if lease is None:
        return 0
    until, count = monotonic() + budget, 0
    try:
        with _opened(stream_id, lease) as sink:
            while sink and _step(stream_id, lease, sink):
                count += 1
                if monotonic() >= until:
                    break
    finally:
        LogStream.objects.filter(id=stream_id, lease=lease).update(lease=None, lease_until=None)
    return count


def _take(stream_id: uuid.UUID) -> uuid.UUID | None:
    lease = uuid.uuid4()
    mine = LogStream.objects.filter(id__in=LogStream.objects.due().filter(id=stream_id).values("id")).free()
    return lease if mine.update(lease=lease, lease_until=moment_in(TERM)) else None


@contextmanager
def _opened(stream_id: uuid.UUID, lease: uuid.UUID) -> Iterator[AnySink | None]:
    """None: it can't be used as it is configured, which is noted."""
    stream = LogStream.objects.get(id=stream_id)
    sink: AnySink | None = None
    try:
        with guarded(f"stream {stream_id}"):
            sink = open_sink(stream.kind, stream.settings)
    except DeliveryError as error:
        failed(stream, None, error, lease=lease)
    try:
        yield sink
    finally:
        if sink:
            sink.close()


def _step(stream_id: uuid.UUID, lease: uuid.UUID, sink: AnySink) -> bool:
    """The next batch. False: there is none, or it has not arrived, or the stream is in other hands."""
    stream = LogStream.objects.filter(id=stream_id, lease=lease, enabled=True).first()
    if stream is None:
        return False
    most = 1 if stream.refused_seq is not None else min(stream.batch_size, sink.most_events)
    portion = next_portion(stream, most=most)
    if portion is None:
        return False
    if not portion.items:
        return passed(stream, portion, lease=lease)
    # Before it is sent: whoever repeats it sends the same, under the same id.
    begun = held(stream, lease).update(batch_end=portion.end, lease_until=moment_in(TERM))
    return bool(begun) and _send(stream, portion, sink, lease)


def _send(stream: LogStream, portion: Portion, sink: AnySink, lease: uuid.UUID) -> bool:
    try:
        with guarded(f"stream {stream.id}"):
            refused = sink.send(portion.batch(stream))
    except DeliveryError as error:
        return failed(stream, portion, error, lease=lease)
    return reached(stream, portion, refused, most=sink.most_events, lease=lease)


class _Pool:
    """A few threads; a stream that waits for one, or has one, is not asked for again."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="streams")
        self._lock, self._asked = threading.Lock(), set[uuid.UUID]()

    def ask(self, stream_id: uuid.UUID) -> None:
        with self._lock:
            if stream_id in self._asked:
                return
            self._asked.add(stream_id)
        self._threads.submit(self._run, stream_id)

    def _run(self, stream_id: uuid.UUID) -> None:
        try:
            close_old_connections()
            run(stream_id)
        except Exception:  # most likely the database is away; the next round asks again
            log.exception("A turn of stream %s broke off.", stream_id)
        finally:
            connections.close_all()
            with self._lock:
                self._asked.discard(stream_id)


@cache
def _pool() -> _Pool:
    return _Pool()
