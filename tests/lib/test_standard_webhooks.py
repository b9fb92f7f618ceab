"""Signatures, judged by the project's own library."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from lib.standard_webhooks import key_of, new_secret, signed_headers

BODY = '{"type": "user.lifecycle.create", "name": "Zoë 🚀"}'.encode()


def signed(*secrets: str) -> dict[str, str]:
    keys = [key_of(secret) for secret in secrets]
    return signed_headers(keys, id="msg_1", at=datetime.now(UTC), body=BODY)


def test_a_receiver_verifies_with_the_secret_and_with_no_other() -> None:
    secret = new_secret()

    headers = signed(secret)

    assert Webhook(secret).verify(BODY, headers)["name"] == "Zoë 🚀"
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, {**headers, "webhook-id": "msg_2"})


def test_during_a_rotation_both_secrets_verify() -> None:
    new, old = new_secret(), new_secret()

    headers = signed(new, old)

    assert Webhook(new).verify(BODY, headers) == Webhook(old).verify(BODY, headers)


@pytest.mark.parametrize("wrong", ["", "whsec_", "whsec_c2hvcnQ=", "c2VjcmV0" * 6, "whsec_*" + "A" * 40])
def test_what_is_no_secret_is_refused_without_repeating_it(wrong: str) -> None:
    with pytest.raises(ValueError, match="base64") as refused:
        key_of(wrong)

    assert len(wrong) < 8 or wrong not in str(refused.value)
