"""Filters in Okta's grammar find what they say, on both databases, and complain at the right character."""

from __future__ import annotations

import re

import pytest

from audit.search import InvalidSearch, Kind, check_filter, narrow
from tenants.models import Tenant
from tests.audit.search.events import entry, failed_push, id_of, log, names, write
from tests.factories import make_tenant


@pytest.fixture
def tenant(db: None) -> Tenant:
    """With two creations and a failure, beside a stranger with the same."""
    owners = make_tenant("acme"), make_tenant("stranger")
    for owner in owners:
        write(owner, entry("ada"), entry("bea"), failed_push("cyd"))
    return owners[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["ada", "bea", "cyd"]),
        ('eventType eq "user.lifecycle.create"', ["ada", "bea"]),
        ('event_type eq "user.lifecycle.create"', ["ada", "bea"]),
        ('eventType EQ "user.lifecycle.create"', ["ada", "bea"]),
        ('eventType eq "USER.LIFECYCLE.CREATE"', []),
        ('eventType sw "USER."', ["ada", "bea"]),
        ('eventType ew "push"', ["cyd"]),
        ('target.alternateId eq "ada@example.com"', ["ada"]),
        ('target.alternate_id eq "ada@example.com"', ["ada"]),
        ('target.displayName co "YD"', ["cyd"]),
        ('target.type eq "AppInstance" and target.type eq "User"', ["cyd"]),
        ('not(target.type eq "AppInstance") and target.type pr ', ["ada", "bea"]),
        ('target.type ne "AppInstance" and target.type eq "User"', ["ada", "bea"]),
        ('severity ge "INFO" and outcome.result eq "SUCCESS" and target.displayName pr', ["ada", "bea"]),
        ('severity lt "INFO"', ["cyd"]),
        ("outcome.reason pr", ["cyd"]),
        ("outcome.reason eq null and target.displayName pr", ["ada", "bea"]),
        ('outcome.reason co "ALREADY exists"', ["cyd"]),
        ('display_message eq "Create Okta user"', ["ada", "bea"]),
        ('debugContext.debugData.httpStatus eq "409"', ["cyd"]),
        ("debugContext.debugData.httpStatus eq 409", ["cyd"]),
        ("debugContext.debugData.retry eq false", ["cyd"]),
        ('debugContext.debugData.error_code eq "E-1"', ["cyd"]),
        ('debugContext.debugData.requestUri sw "/scim"', ["cyd"]),
        ('client.ipAddress eq "192.0.2.7"', ["ada", "bea"]),
        ('client.userAgent.rawUserAgent co "okta-agent"', ["ada", "bea"]),
        ('request.ipChain.ip eq "192.0.2.7" and request.ipChain.version eq "V4"', ["ada", "bea"]),
        ('request.ipChain.geographicalContext.city eq "Paris"', []),
        ('transaction.detail.requestApiTokenId eq "token-1"', ["ada", "bea"]),
        ('actor.id eq "system" and transaction.type eq "JOB" and target.id eq "ID(cyd)"', ["cyd"]),
        ("securityContext.asNumber eq 394089", []),
        ("securityContext.isProxy eq false", []),
        ("securityContext.asNumber pr or device.id pr or request.ipChain pr", ["ada", "bea"]),
        (
            'version eq "0" and (target.id eq "ID(ada)" or target.id eq "ID(bea)" and severity eq "WARN")',
            ["ada"],
        ),
        ('authenticationContext.authenticationStep eq 0 and target.id eq "ID(ada)"', ["ada"]),
        ('uuid eq "no uuid"', []),
        ('uuid pr and target.id eq "ID(ada)"', ["ada"]),
        ('target.displayName eq "%"', []),
    ],
)
def test_a_filter_finds_what_it_says(tenant: Tenant, text: str, found: list[str]) -> None:
    text = re.sub(r"ID\(([a-z]+)\)", lambda known: id_of(known[1]), text)

    assert names(narrow(log(tenant), filter=text)) == found


def test_an_event_is_found_by_its_uuid(tenant: Tenant) -> None:
    event = log(tenant).get(seq=1)

    assert names(narrow(log(tenant), filter=f'uuid eq "{event.uuid}"')) == ["ada"]


def test_nothing_widens_a_filter_to_a_stranger(tenant: Tenant) -> None:
    every = 'target.id pr or uuid pr or not (actor.id eq "x")'

    assert {event.tenant_id for event in narrow(log(tenant), filter=every)} == {tenant.id}


@pytest.mark.parametrize(
    ("text", "kind", "position"),
    [
        ('eventType eqq "x"', Kind.SYNTAX, 10),
        ("eventType eq", Kind.SYNTAX, 12),
        ("eventType eq x", Kind.SYNTAX, 13),
        ('eventType eq "x', Kind.SYNTAX, 13),
        ('eventType eq "x" or', Kind.SYNTAX, 19),
        ('(eventType eq "x"', Kind.SYNTAX, 17),
        ("and", Kind.SYNTAX, 0),
        ('target[type eq "User"]', Kind.SYNTAX, 6),
        ('severity eq "INFO" and some_field eq "x"', Kind.FIELD, 23),
        ('eventtype eq "x"', Kind.FIELD, 0),
        ('published gt "2026-01-01T00:00:00Z"', Kind.FIELD, 0),
        ('target.changeDetails.to.displayName eq "x"', Kind.FIELD, 0),
        ('debugContext.debugData.url co "x"', Kind.COMBINATION, 0),
        ('severity eq "INFO" and debug_context.debug_data.requestUri co "x"', Kind.COMBINATION, 23),
        ('securityContext.isProxy gt "x"', Kind.COMBINATION, 0),
        ('securityContext.asNumber co "3"', Kind.COMBINATION, 0),
        ('target eq "x"', Kind.COMBINATION, 0),
        ('securityContext.asNumber eq "three"', Kind.SYNTAX, 0),
        ('actor.id eq "\\u0000"', Kind.SYNTAX, 12),
        (f'actor.id eq "{"x" * 10_000}"', Kind.SYNTAX, 8_000),
        ("(" * 500 + 'actor.id eq "x"' + ")" * 500, Kind.SYNTAX, 31),
        ("not (" * 500 + 'actor.id eq "x"' + ")" * 500, Kind.SYNTAX, 155),
    ],
)
def test_a_complaint_points_at_the_character(text: str, kind: Kind, position: int) -> None:
    problem = check_filter(text)

    assert problem is not None
    assert (problem.parameter, problem.kind, problem.position) == ("filter", kind, position)


def test_every_wrong_part_of_a_question_is_named(tenant: Tenant) -> None:
    with pytest.raises(InvalidSearch) as caught:
        narrow(log(tenant), filter="x", q="y" * 41, since="soon", until="2026-02-30")

    assert [one.parameter for one in caught.value.problems] == ["filter", "q", "since", "until"]


def test_a_value_is_found_in_an_event_of_which_not_all_words_are_kept(tenant: Tenant) -> None:
    """The index helps to find values; what it leaves out must not be lost."""
    many = " ".join(f"w{number}" for number in range(3_000))
    often = "the same " * 300
    write(tenant, entry("dan", debug={"a": many, "z": "needle"}), entry("eli", debug={"a": often, "b": "x"}))
    questions = {
        'debugContext.debugData.z eq "needle"': ["dan"],
        f'debugContext.debugData.a eq "{many[:7000]}"': [],
        f'debugContext.debugData.a eq "{often}"': ["eli"],
        'debugContext.debugData.b eq "x"': ["eli"],
        'debugContext.debugData.z ne "needle" and debugContext.debugData.a pr': ["eli"],
    }

    assert {text: names(narrow(log(tenant), filter=text)) for text in questions} == questions


def test_ids_and_names_are_told_apart(tenant: Tenant) -> None:
    """Of the very attribute, to the letter: not of another that has the same value."""
    assert names(narrow(log(tenant), filter='target.displayName eq "ada@example.com"')) == []
    assert names(narrow(log(tenant), filter='actor.displayName eq "Ada"')) == []
    assert names(narrow(log(tenant), filter='target.displayName eq "ada"')) == []
    assert names(narrow(log(tenant), filter='target.displayName eq "Ada"')) == ["ada"]


@pytest.mark.parametrize(
    "text",
    [
        "not (" * 30 + 'target.displayName co "ada"' + ")" * 30,
        "(" * 30 + 'target.displayName eq "Ada"' + ' or debugContext.debugData.x eq "y")' * 30,
        " or ".join(['target.displayName co "ada"'] * 200),
        " or ".join(f'target.displayName eq "{"Ada" if number == 99 else number}"' for number in range(200)),
        " and ".join(
            ['not (client.userAgent.rawUserAgent co "curl")', *['target.displayName sw "ad"'] * 100]
        ),
    ],
)
def test_filters_of_the_largest_size_are_answered(tenant: Tenant, text: str) -> None:
    assert names(narrow(log(tenant), filter=text)) == ["ada"]
