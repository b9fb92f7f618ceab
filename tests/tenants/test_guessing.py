"""Guessing passwords, at the dashboard's door and at the admin's."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from tenants.guessing import TRIES
from tests.factories import make_operator, make_tenant

RIGHT, WRONG = "correct horse battery", "wrong horse battery"


@pytest.fixture
def username(db: None) -> str:
    cache.clear()
    person = make_operator(make_tenant()).user
    person.is_staff = True
    person.save()
    return person.username


def knock(username: str, password: str, door: str) -> bool:
    """Whether the password opened the door."""
    client = Client()
    client.post(door, {"username": username, "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("door", ["/sign-in", "/admin/login/"])
def test_a_name_that_was_tried_in_vain_too_often_has_to_wait(username: str, door: str) -> None:
    for _ in range(TRIES):
        knock(username, WRONG, door)

    opened = knock(username, RIGHT, door)

    assert not opened


def test_one_try_fewer_and_the_right_password_still_opens(username: str) -> None:
    for _ in range(TRIES - 1):
        knock(username, WRONG, "/sign-in")

    opened = knock(username, RIGHT, "/sign-in")

    assert opened


def test_a_sign_in_forgives_the_failures_before_it(username: str) -> None:
    for password in [WRONG] * (TRIES - 1) + [RIGHT] + [WRONG] * (TRIES - 1):
        knock(username, password, "/sign-in")

    opened = knock(username, RIGHT, "/sign-in")

    assert opened


def test_the_guesses_at_one_name_keep_nobody_else_out(username: str) -> None:
    other = make_operator(make_tenant()).user.username
    for _ in range(TRIES):
        knock(username, WRONG, "/sign-in")

    opened = knock(other, RIGHT, "/sign-in")

    assert opened
