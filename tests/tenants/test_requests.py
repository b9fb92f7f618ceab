"""Where a request comes from, behind proxies that are ours and others."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from tenants.requests import client_of, facts_of


@pytest.mark.parametrize(
    ("remote", "forwarded", "client", "proxies"),
    [
        pytest.param("10.0.0.2", "203.0.113.7", "203.0.113.7", ("10.0.0.2",), id="one proxy"),
        pytest.param(
            "10.0.0.2", "203.0.113.7, 10.0.0.1", "203.0.113.7", ("10.0.0.1", "10.0.0.2"), id="two proxies"
        ),
        pytest.param("10.0.0.2", "6.6.6.6, 203.0.113.7", "203.0.113.7", ("10.0.0.2",), id="a lie before"),
        pytest.param("198.51.100.1", "203.0.113.7", "198.51.100.1", (), id="not our proxy"),
        pytest.param("10.0.0.2", "", "10.0.0.2", (), id="nothing said"),
        pytest.param("10.0.0.2", "unknown", "10.0.0.2", (), id="no address"),
        pytest.param("10.0.0.2", "203.0.113.7:4711", "203.0.113.7", ("10.0.0.2",), id="with a port"),
        pytest.param("fd00::2", "[2001:db8::1]:80", "2001:db8::1", ("fd00::2",), id="version 6"),
        pytest.param("10.0.0.2", "10.0.0.9", "10.0.0.9", ("10.0.0.2",), id="all are ours"),
    ],
)
def test_the_client_is_found_behind_our_proxies(
    settings: Settings, remote: str, forwarded: str, client: str, proxies: tuple[str, ...]
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::/8"]
    request = RequestFactory(REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded}).get("/")

    found = client_of(request)

    assert (found.ip_address, found.proxies) == (client, proxies)


def test_without_proxies_of_ours_nobody_is_believed() -> None:
    request = RequestFactory(headers={"x-forwarded-for": "203.0.113.7"}).get("/")

    assert client_of(request).ip_address == "127.0.0.1"


def test_a_query_string_is_not_told() -> None:
    request = RequestFactory().get("/scim/v2/Users?filter=password")

    assert facts_of(request) == (("httpMethod", "GET"), ("requestUri", "/scim/v2/Users"))
