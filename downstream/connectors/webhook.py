"""Webhooks: each event as one signed POST, after the Standard Webhooks specification."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field, SecretStr, model_validator
from pydantic.json_schema import SkipJsonSchema

from downstream.connectors.base import Config
from downstream.connectors.http import no_answer, refusal
from downstream.connectors.journals import Journal
from downstream.errors import AccessDenied, DeliveryError
from lib.documents import Document
from lib.outbound import Answer, Client, OutboundError, read_networks
from lib.outbound.client import trusting
from lib.standard_webhooks import key_of, new_secret, signed_headers

# Receivers have nothing to tell but a status.
MOST_BYTES = 64 * 1024
TEST_TYPE = "connector.test"
# An endpoint that is not there concerns every event, as wrong credentials do.
NO_ENDPOINT = frozenset({404, 405})
# What an endpoint that is there may say to a type of event that it does not know.
KNOWS_NO_TEST = frozenset({400, 409, 422})


def web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not text.isascii() or not text.isprintable() or " " in text or parts.scheme not in {"https", "http"}:
        raise ValueError("write an address in ASCII that begins with https://")
    if not host or parts.username is not None or parts.fragment:
        raise ValueError("write an address with a host, and without user, password and fragment")
    return text


def _are_networks(texts: tuple[str, ...]) -> tuple[str, ...]:
    read_networks(texts)
    return texts


def _is_secret(secret: SecretStr) -> SecretStr:
    key_of(secret.get_secret_value())
    return secret


def _are_certificates(text: str) -> str:
    trusting(text)
    return text


Secret = Annotated[SecretStr, AfterValidator(_is_secret)]
WebAddress = Annotated[str, Field(max_length=2000), AfterValidator(web_address)]
Networks = Annotated[tuple[str, ...], AfterValidator(_are_networks)]
Certificates = Annotated[str, AfterValidator(_are_certificates)]


def check_privacy(url: str, networks: tuple[str, ...]) -> None:
    """What is not encrypted on its way stays in networks that are named. Raises ValueError."""
    if url.startswith("http:") and not networks:
        raise ValueError('"url" must begin with https://; http:// is for "allowed_networks" alone')


class WebhookConfig(Config):
    """Where events go, and what they are signed with."""

    url: WebAddress = Field(
        description="Where each event is sent by POST. No secret: the signature proves the sender."
    )
    secret: Secret = Field(
        description='What is signed with: "whsec_" and base64. Left out of a new target, one is made.'
    )
    from_start: bool = Field(
        False, description="A new target begins with everything in the log instead of with the next change."
    )
    allowed_networks: Networks = Field(
        (), description="Private networks that the address may lie in, such as 10.0.0.0/8."
    )
    ca_certificates: Certificates = Field(
        "", description="Certificates (PEM) to trust in place of the system's."
    )
    # By the moment until which each of them signs beside the new one.
    old_secrets: SkipJsonSchema[dict[AwareDatetime, SecretStr]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_private_on_the_way(self) -> "WebhookConfig":
        check_privacy(self.url, self.allowed_networks)
        return self

    @classmethod
    def completed(cls, raw: dict[str, Any]) -> dict[str, Any]:
        """See `Config.completed`."""
        return raw if "secret" in raw else {**raw, "secret": new_secret()}

    @classmethod
    def rotated(cls, raw: dict[str, Any], *, now: datetime, keep: timedelta) -> dict[str, Any]:
        """See `Config.rotated`."""
        old = {**cls.unexpired(raw, now=now).get("old_secrets", {})}
        if keep > timedelta(0):
            old[(now + keep).isoformat()] = raw["secret"]
        return {**raw, "secret": new_secret(), "old_secrets": old}

    @classmethod
    def unexpired(cls, raw: dict[str, Any], *, now: datetime) -> dict[str, Any]:
        """See `Config.unexpired`."""
        old = raw.get("old_secrets", {})
        kept = {until: secret for until, secret in old.items() if datetime.fromisoformat(until) > now}
        return {**raw, "old_secrets": kept} if old else raw


class WebhookJournal(Journal[WebhookConfig]):
    """Sends events to one address."""

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Webhook"
    config_class: ClassVar[type[Config]] = WebhookConfig

    def __init__(self, config: WebhookConfig, *, time_limit: float) -> None:
        super().__init__(config, time_limit=time_limit)
        self._client = Client(
            time_limit=time_limit,
            most_bytes=MOST_BYTES,
            allowed=read_networks(config.allowed_networks),
            ca_certificates=config.ca_certificates,
        )

    @property
    def address(self) -> str:
        """See `Endpoint.address`."""
        return self.config.url.partition("?")[0]

    @property
    def from_start(self) -> bool:
        """See `Journal.from_start`."""
        return self.config.from_start

    def send(self, message: Document, *, id: str) -> None:
        """See `Journal.send`."""
        if error := self._sent(message, id=id)[1]:
            raise error

    def check(self) -> None:
        """Sends a signed event of the type `connector.test`, about nobody."""
        now = datetime.now(UTC)
        message = {"type": TEST_TYPE, "timestamp": now.isoformat(timespec="milliseconds"), "data": {}}
        status, error = self._sent(message, id=f"test_{now:%Y%m%d%H%M%S%f}")
        if error and status not in KNOWS_NO_TEST:
            raise error

    def close(self) -> None:
        """See `Endpoint.close`."""
        self._client.close()

    @property
    def headers(self) -> dict[str, str]:
        """What is sent beside the signature."""
        return {}

    @property
    def _host(self) -> str:
        return urlsplit(self.config.url).hostname or self.config.url

    def _sent(self, message: Document, *, id: str) -> tuple[int | None, DeliveryError | None]:
        """The status, if there was one, and what is wrong with it."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        now = datetime.now(UTC)
        headers = {**self.headers, **signed_headers(self._keys(now), id=id, at=now, body=body)}
        try:
            answer = self._client.send("POST", self.config.url, headers=headers, body=body)
        except OutboundError as error:
            if error.status is None:
                return None, no_answer(error)
            # The status was said: what was to follow it says nothing more.
            answer = Answer(error.status, {}, b"")
        if answer.status in NO_ENDPOINT:
            sentence = f"{self._host} takes no events at this address ({answer.status}): mend it."
            return answer.status, AccessDenied(sentence)
        return answer.status, refusal(answer, self._host, now=now)

    def _keys(self, now: datetime) -> list[bytes]:
        secrets = [self.config.secret]
        secrets += [secret for until, secret in self.config.old_secrets.items() if until > now]
        return [key_of(secret.get_secret_value()) for secret in secrets]
