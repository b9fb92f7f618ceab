"""The sealer alone, until it is told to end: `python -m bench.logs.running`."""

from __future__ import annotations

import signal

import django


def main() -> None:
    django.setup()
    from audit.sealer import Sealer

    sealer = Sealer()
    sealer.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    sealer.stop()
    sealer.join()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
