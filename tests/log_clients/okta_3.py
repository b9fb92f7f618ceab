"""PyPI `okta` 3: ADDRESS TOKEN STOP. Prints the uuid of each event; ends when it is dry and STOP is there."""

import asyncio
import sys
from pathlib import Path

from okta.client import Client
from okta.pagination import PaginationHelper

address, token, stop = sys.argv[1:]


async def main():
    client = Client({"orgUrl": address, "token": token})
    after = None
    while True:
        is_last = Path(stop).exists()
        events, response, error = await client.list_log_events(
            since="2018-01-01T00:00:00.000Z", after=after, limit=200
        )
        if error:
            sys.exit(str(error))
        for event in events:
            print(event.uuid, flush=True)
        after = PaginationHelper.extract_next_cursor(response.headers) or after
        if not events:
            if is_last:
                return
            await asyncio.sleep(0.05)


asyncio.run(main())
