"""Reading a document by a SCIM path."""

from typing import Any

import pytest

from lib.filters import FilterError
from lib.paths import read

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER: dict[str, Any] = {
    "id": "2819c223",
    "externalId": "00u1",
    "userName": "ada",
    "displayName": "Ada",
    "active": False,
    "name": {"givenName": "Ada"},
    "emails": [{"type": "home"}, {"type": "work", "value": "a@work"}, {"value": "a@main", "primary": True}],
    ENTERPRISE: {"department": "Engines", "manager": {"value": "m1"}},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("userName", "ada"),
        ("USERNAME", "ada"),
        ("id", "2819c223"),
        ("externalId", "00u1"),
        ("displayName", "Ada"),
        ("active", False),
        ("name.givenName", "Ada"),
        ('emails[type eq "work"].value', "a@work"),
        ('emails[type eq "work"]', {"type": "work", "value": "a@work"}),
        ("emails[primary eq true].value", "a@main"),
        ("emails.value", "a@work"),
        ("emails", USER["emails"]),
        (f"{ENTERPRISE}:department", "Engines"),
        (f"{ENTERPRISE}:manager.value", "m1"),
        (ENTERPRISE, {"department": "Engines", "manager": {"value": "m1"}}),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "ada"),
        ("nickName", None),
        ("name.middleName", None),
        ("userName.givenName", None),
        ('emails[type eq "other"].value', None),
        ('emails[type eq "other"]', None),
        ("urn:other:1.0:User:department", None),
    ],
)
def test_a_path_reads_what_it_names(path: str, value: Any) -> None:
    assert read(USER, path) == value


@pytest.mark.parametrize("path", ["", "emails[", "name.", "userName eq 1"])
def test_a_bad_path_is_refused_each_time(path: str) -> None:
    for _ in range(2):
        with pytest.raises(FilterError):
            read(USER, path)
