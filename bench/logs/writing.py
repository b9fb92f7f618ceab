"""Writers that press harder than any number of SCIM requests can.

python -m bench.logs.writing TENANT_ID SECONDS        prints for each thread {EVENT: WHEN IT WAS COMMITTED}
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from datetime import UTC, datetime

import django

THREADS = 4
# Each second, of all of them: more than a server with two cores takes requests.
RATE = 500


def main(tenant_id: uuid.UUID, seconds: float) -> None:
    django.setup()
    arguments = (tenant_id, time.time() + seconds)
    threads = [threading.Thread(target=write, args=arguments) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def write(tenant_id: uuid.UUID, until: float) -> None:
    """One event in each transaction."""
    from django.db import connection

    from audit.services import pending
    from bench.logs import synthetic

    committed: dict[str, float] = {}
    endless = synthetic.happened(10**9, datetime.now(UTC))
    due = time.time()
    while (now := time.time()) < until:
        due += THREADS / RATE
        time.sleep(max(0.0, due - now))
        entry, _ = next(endless)
        row = pending(tenant_id, entry, datetime.now(UTC))
        row.save(force_insert=True)
        committed[json.loads(row.body)["uuid"]] = time.time()
    connection.close()
    sys.stdout.write(json.dumps(committed) + "\n")


if __name__ == "__main__":
    main(uuid.UUID(sys.argv[1]), float(sys.argv[2]))
