"""What a database refuses is named by its remedy, in words for a person and without secrets."""

import traceback
from typing import Any

import pytest
import sqlalchemy as sa

from downstream.connectors.base import AnyConnector
from downstream.errors import AccessDenied, BadData
from lib.documents import Document
from tests.downstream.connectors.databases import EMPLOYEE_NUMBER, Database, OpenSql, accounts, settings
from tests.downstream.connectors.documents import put, user

ENTERPRISE, _, _ = EMPLOYEE_NUMBER.rpartition(":")
SECRET = "hunter2-not-to-be-shown"


def _numbered(number: Any) -> Document:
    return user("ada", **{ENTERPRISE: {"employeeNumber": number}})


@pytest.mark.parametrize(
    ("document", "says", "attribute"),
    [
        (_numbered("-1"), "(?i)check constraint", "number"),
        (_numbered("many"), '"number" is of type INTEGER', "number"),
        (_numbered(2**70), '"number" is of type INTEGER', "number"),
        (user("ada", name={"givenName": "\ud800"}), '"given" is of type TEXT', "given"),
        (user("ada", active="perhaps"), '"enabled" is of type BOOLEAN', "enabled"),
        (user("ada", name={"givenName": ["A"]}), 'cannot fill column "given"', "given"),
    ],
)
def test_data_that_does_not_fit_is_bad_data(
    people: Database, connector: AnyConnector, document: Document, says: str, attribute: str
) -> None:
    with pytest.raises(BadData, match=says) as refused:
        put(connector, document, None)

    assert refused.value.attribute == attribute
    assert people.rows("SELECT login FROM people") == []


def test_a_missing_value_for_a_column_that_needs_one_is_bad_data(people: Database, open_sql: OpenSql) -> None:
    connector = open_sql(
        settings(people, accounts=accounts(columns={"login": "userName", "given": "name.givenName"}))
    )

    with pytest.raises(
        BadData, match=r"(?i)not.null constraint.*given|given.*not.null constraint"
    ) as refused:
        put(connector, user("ada", name={"familyName": SECRET}), None)

    assert refused.value.attribute == "given"


def test_a_triggers_own_words_reach_the_person(people: Database, connector: AnyConnector) -> None:
    people.refuse("people", "Ada is on leave until May")

    with pytest.raises(
        BadData, match=r"The database refuses the data: Ada is on leave until May$"
    ) as refused:
        put(connector, user("ada"), None)

    assert refused.value.attribute == ""


def test_words_of_the_database_are_kept_short(people: Database, connector: AnyConnector) -> None:
    people.refuse("people", "no " * 400)

    with pytest.raises(BadData) as refused:
        put(connector, user("ada"), None)

    assert len(str(refused.value)) < 350


def test_a_password_in_the_databases_words_is_blotted_out(people: Database, connector: AnyConnector) -> None:
    people.refuse("people", f"weak password {SECRET}")

    with pytest.raises(BadData, match=r"weak password \*\*\*$") as refused:
        put(connector, user("ada", password=SECRET), None)

    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_the_row_is_not_repeated_in_an_error(people: Database, connector: AnyConnector) -> None:
    document = user("ada", name={"givenName": SECRET}, **{ENTERPRISE: {"employeeNumber": "-1"}})

    with pytest.raises(BadData) as refused:
        put(connector, document, None)

    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_a_table_that_goes_away_is_a_matter_of_configuration(
    people: Database, connector: AnyConnector
) -> None:
    connector.check()
    people.run("DROP TABLE team_members", "DROP TABLE people")

    with pytest.raises(AccessDenied, match="check the target's configuration"):
        put(connector, user("ada"), None)


def test_what_no_rule_names_goes_on_as_a_bug_without_its_parameters(
    people: Database, connector: AnyConnector
) -> None:
    if people.name == "sqlite":
        people.run("CREATE TRIGGER broken BEFORE INSERT ON people BEGIN SELECT json('{'); END")
    else:
        people.run(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = 'XX000'; END $$",
            "CREATE TRIGGER broken BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION broken()",
        )

    with pytest.raises(sa.exc.DBAPIError) as bug:
        put(connector, user("ada", name={"givenName": SECRET}), None)

    assert SECRET not in str(bug.value)
