"""Choosing a connector by its kind, and reading its configuration."""

from typing import Any

import pytest

from downstream.connectors import REGISTRY, InvalidConfig, open_connector, validate_config
from downstream.settings import secret_fields

SECRET = "hunter2-not-to-be-shown"
SQL: dict[str, Any] = {
    "url": f"postgresql://app:{SECRET}@db/hr",
    "accounts": {"table": "people", "key": "id", "columns": {"login": "userName"}},
}


def _sql(**changes: Any) -> dict[str, Any]:
    return {**SQL, **changes}


def _accounts(**changes: Any) -> dict[str, Any]:
    return _sql(accounts={**SQL["accounts"], **changes})


def test_public_and_secret_settings_merge_back_to_the_whole() -> None:
    public, secret = validate_config("sql", SQL)

    assert secret == {"url": SQL["url"]}
    assert {**public, **secret} == SQL
    assert SECRET not in str(public)


def test_an_unknown_kind_is_told_the_known_ones() -> None:
    with pytest.raises(InvalidConfig, match=r"'ldpa'.*memory or sql"):
        open_connector("ldpa", {}, time_limit=1)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({}, "url is missing: add it."),
        (_sql(colour="red"), "colour is not known: remove it"),
        (_accounts(tabel="x"), "accounts.tabel is not known"),
        (_accounts(columns={}), "accounts.columns cannot be used: dictionary should have at least 1 item"),
        (
            _accounts(columns={"login": "emails["}),
            "accounts.columns.login.path: 'emails[' is not a path of SCIM",
        ),
        (_accounts(columns={"login": {"pth": "userName"}}), "accounts.columns.login.pth is not known"),
        (_accounts(columns={"login": 7}), "accounts.columns.login: write a path, or an object"),
        (_accounts(columns={"x": {"constant": []}}), "accounts.columns.x.constant: write a text, a number"),
        (_accounts(columns={"mail": "displayName"}), "no column is filled from userName"),
        (_accounts(match="mail"), '"match" names "mail", which "columns" does not fill'),
        (
            _accounts(key="login", key_source="userName"),
            'the key "login" has a "key_source" and a column entry',
        ),
        (_accounts(on_remove="archive"), 'accounts.on_remove: write "delete" or'),
        (_accounts(on_remove={"set": {}}), "accounts.on_remove.set cannot be used"),
        (_accounts(table="a\0b"), "accounts.table cannot be used"),
        (_sql(memberships={"table": "m", "account": "a", "group": "g"}), '"memberships" needs "groups"'),
        (_sql(url=f"{SECRET}@nowhere"), "url: this is not the URL of a database"),
        (_sql(url=f"postgresql://app:{SECRET}@db:port/hr"), "url: this is not the URL of a database"),
        (_sql(url=f"oracle://app:{SECRET}@db/hr"), "url: no driver for oracle is installed"),
        (_sql(url="nosuch://db/hr"), "url: no driver for nosuch is installed"),
        (_sql(url=[SECRET]), "url cannot be used: input should be a valid string"),
        (_sql(url="sqlite://"), "url: an SQLite database in memory"),
    ],
)
def test_a_wrong_configuration_names_the_field_and_the_remedy(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidConfig) as invalid:
        validate_config("sql", raw)

    assert says in str(invalid.value)
    assert invalid.value.__cause__ is None
    assert invalid.value.__context__ is None


@pytest.mark.parametrize("url", [f"{SECRET}@nowhere", f"postgresql://app:{SECRET}@db:port/hr", [SECRET]])
def test_a_wrong_configuration_is_explained_without_its_secrets(url: Any) -> None:
    with pytest.raises(InvalidConfig) as invalid:
        validate_config("sql", _sql(url=url))

    assert SECRET not in str(invalid.value) + repr(invalid.value)


def test_a_connector_shows_where_it_writes_but_not_its_secrets() -> None:
    connector = open_connector("sql", _sql(url=SQL["url"] + f"?sslpassword={SECRET}"), time_limit=1)

    assert connector.address == "postgresql://app:***@db/hr"
    assert SECRET not in repr(connector) + repr(connector.config)


@pytest.mark.parametrize("kind", list(REGISTRY))
def test_each_kind_has_a_label_and_a_schema_for_its_form(kind: str) -> None:
    connector_class = REGISTRY[kind]

    schema = connector_class.config_class.model_json_schema()
    asked_for = {name for name, field in schema["properties"].items() if field.get("writeOnly")}

    assert connector_class.kind == kind
    assert connector_class.label
    assert schema["additionalProperties"] is False
    # What nobody fills in, such as secrets that are kept for a while, is in no form.
    assert asked_for == connector_class.config_class.secret_fields() & schema["properties"].keys()
    assert asked_for == secret_fields(kind)
