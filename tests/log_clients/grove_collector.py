"""HashiCorp's Grove: ADDRESS TOKEN STOP. Prints the uuid of each event; ends when dry and STOP is there."""

import sys
import time
from pathlib import Path

from grove.connectors.okta import api

address, token, stop = sys.argv[1:]
# It would only speak https, to a name that ends in a domain of Okta.
api.API_BASE_URI = "{identity}://{domain}"
scheme, domain = address.split("://")
client = api.Client(identity=scheme, domain=domain, token=token)

cursor = None
while True:
    is_last = Path(stop).exists()
    page = client.get_audit_logs(since="2018-01-01T00:00:00.000Z", cursor=cursor)
    for event in page.entries:
        print(event["uuid"], flush=True)
    # It gives no cursor when it takes the page for the last one.
    cursor = page.cursor or cursor
    if page.cursor is None:
        if is_last:
            break
        time.sleep(0.05)
