"""PyPI `okta` 2: ADDRESS TOKEN STOP. Prints the uuid of each event; ends when it is dry and STOP is there."""

import asyncio
import sys
from pathlib import Path

from okta.client import Client

address, token, stop = sys.argv[1:]


async def main():
    client = Client({"orgUrl": address, "token": token})
    is_last = Path(stop).exists()
    events, response, error = await client.get_logs({"since": "2018-01-01T00:00:00.000Z", "limit": "200"})
    while True:
        if error:
            sys.exit(str(error))
        for event in events:
            print(event.uuid, flush=True)
        if not events:
            if is_last:
                return
            await asyncio.sleep(0.05)
        is_last = Path(stop).exists()
        events, error = await response.next()


asyncio.run(main())
