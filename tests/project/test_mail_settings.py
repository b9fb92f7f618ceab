"""The settings of mail and of the networks that alerts may reach."""

from __future__ import annotations

import pytest

from project.environment import MailServer, read_mail_server, read_networks


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("", MailServer()),
        ("smtp://mail.example.com", MailServer("mail.example.com", 25)),
        ("smtps://mail.example.com", MailServer("mail.example.com", 465, tls=True)),
        (
            "smtp+tls://me%40example.com:p%20w%3A@mail.example.com:2525",
            MailServer("mail.example.com", 2525, "me@example.com", "p w:", starttls=True),
        ),
    ],
)
def test_a_mail_server_is_read_from_one_address(
    monkeypatch: pytest.MonkeyPatch, address: str, server: MailServer
) -> None:
    monkeypatch.setenv("EMAIL_URL", address)

    assert read_mail_server("EMAIL_URL") == server


@pytest.mark.parametrize(
    "address", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://host:port", "smtp://host/x"]
)
def test_a_wrong_address_of_a_mail_server_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("EMAIL_URL", address)

    with pytest.raises(SystemExit, match="EMAIL_URL must be an address"):
        read_mail_server("EMAIL_URL")


def test_networks_are_read_and_a_wrong_one_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_NETWORKS", "10.0.0.0/8, fd00::/8")
    good = read_networks("ALERT_NETWORKS")
    monkeypatch.setenv("ALERT_NETWORKS", "everything")

    with pytest.raises(SystemExit, match="ALERT_NETWORKS must be networks"):
        read_networks("ALERT_NETWORKS")
    assert good == ["10.0.0.0/8", "fd00::/8"]
