"""Asking through the door by a filter."""

from __future__ import annotations

from tests.scim.client import ScimClient, body


def found(client: ScimClient, query: str, kind: str = "Users") -> str:
    """The names of what is found, in the order of their making."""
    answer = client.get(f"/{kind}", filter=query)
    assert answer.status_code == 200, answer.content
    resources = body(answer)["Resources"]
    assert body(answer)["totalResults"] == len(resources)
    return " ".join(one["userName" if kind == "Users" else "displayName"] for one in resources)
