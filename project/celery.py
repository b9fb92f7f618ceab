"""The Celery application; it carries wake-ups only."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_shutdown
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# Whatever names a folder as its broker gets ours.
TRANSPORT_ALIASES["filesystem"] = "project.embedded_broker:Transport"
# Before the supervisor, or whatever started the worker, loses patience.
STOP_SECONDS = 8.0
app = Celery("lockstep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def make_embedded_broker(**_: Any) -> None:
    """The embedded broker is a folder: without it a worker does not start, and with too much in it, slowly.

    What piled up while no worker ran is thrown away: the sweep finds whatever is due.
    """
    from django.conf import settings

    if settings.CELERY_BROKER_URL.startswith("filesystem:"):
        settings.BROKER_DIR.mkdir(parents=True, exist_ok=True)
        for wake_up in settings.BROKER_DIR.glob("*.msg"):
            wake_up.unlink(missing_ok=True)


@worker_init.connect
def start_sweeping(sender: Any = None, **_: Any) -> None:
    """Each worker has a sweep thread beside it, and one that seals the log; they agree on who does what.

    Not only once the worker is ready, which it never is while the broker is away.
    """
    from audit.sealer import Sealer
    from downstream import pool
    from downstream.sweep import Sweeper

    sweeper, sealer = Sweeper(), Sealer()
    sweeper.start()
    sealer.start()

    @worker_shutdown.connect(weak=False)
    def stop_delivering(**_: Any) -> None:
        sweeper.stop()
        sealer.stop()
        pool.stop(seconds=STOP_SECONDS)
