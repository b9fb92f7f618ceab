"""What `make run` prints once it runs: where to go and what to paste."""

import json
from pathlib import Path

EMPLOYEE = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "ada@acme.example",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "emails": [{"value": "ada@acme.example", "primary": True}],
    "active": True,
}


def greeting(first_run: Path, port: int) -> str:
    """From what the first run wrote down; without that file, as others made the tenants, the address."""
    if not first_run.exists():
        return f"\nLockstep is running on http://127.0.0.1:{port}. Ctrl-C stops it.\n"
    first = json.loads(first_run.read_text(encoding="utf-8"))
    return f"""
Lockstep is running. Ctrl-C stops it; a new `make run` goes on with the same data.

  Dashboard       {first["dashboard"]}
    user          {first["user"]}
    password      {first["password"]}

  SCIM base URL   {first["scim_v2"]}
    token         {first["token"]}

  Demo target     {first["hr_database"]}

  A first employee:

curl {first["scim_v2"]}Users -H 'Content-Type: application/scim+json' \\
  -H 'Authorization: Bearer {first["token"]}' \\
  -d '{json.dumps(EMPLOYEE)}'
"""
