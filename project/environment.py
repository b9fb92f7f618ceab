"""Typed reading of the environment and of `.env` in the data folder; a wrong value stops the start."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeVar
from urllib.parse import unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent

Value = TypeVar("Value")


def stop(sentence: str) -> NoReturn:
    """End the start with a sentence for the person at the keyboard: a traceback would bury it."""
    sys.exit(f"Lockstep can't start: {sentence}")


def load_env_file(path: Path) -> None:
    """Read `KEY=value` lines into the environment; what is set there already wins."""
    load_dotenv(path, override=False)


def read(name: str, default: Value, convert: Callable[[str], Value], wanted: str) -> Value:
    """The variable `name`, converted; `wanted` says what would do if it can't be."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return convert(raw)
    except ValueError:
        stop(f"{name} must be {wanted}.")


def read_text(name: str, default: str = "") -> str:
    return read(name, default, str, "a text")


def read_bool(name: str, default: bool = False) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }

    def convert(raw: str) -> bool:
        if raw.lower() not in words:
            raise ValueError(raw)
        return words[raw.lower()]

    return read(name, default, convert, "on or off")


def read_int(name: str, default: int, *, least: int, most: int) -> int:
    def convert(raw: str) -> int:
        number = int(raw)
        if not least <= number <= most:
            raise ValueError(raw)
        return number

    return read(name, default, convert, f"a whole number from {least} to {most}")


def read_list(name: str, default: list[str]) -> list[str]:
    def convert(raw: str) -> list[str]:
        return [part.strip() for part in raw.split(",") if part.strip()]

    return read(name, default, convert, "a list with commas")


def read_database(name: str, default: str) -> dict[str, object]:
    """A database URL as Django's dictionary; `postgres://` and `sqlite:///` are understood."""

    def convert(raw: str) -> dict[str, object]:
        if not raw.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise ValueError(raw)
        return dict(dj_database_url.parse(raw))

    wanted = "postgres://user:password@host:port/name or sqlite:////absolute/path"
    return read(name, convert(default), convert, wanted)


def read_fernet_keys(name: str) -> list[str]:
    def convert(raw: str) -> list[str]:
        keys = [key.strip() for key in raw.split(",") if key.strip()]
        for key in keys:
            Fernet(key)
        return keys

    return read(name, [], convert, "one or more Fernet keys (32 bytes, URL-safe base64) with commas")


def read_signing_keys(name: str) -> list[bytes]:
    """Ed25519 seeds."""

    def convert(raw: str) -> list[bytes]:
        seeds = [base64.b64decode(part.strip(), validate=True) for part in raw.split(",") if part.strip()]
        if any(len(seed) != 32 for seed in seeds):
            raise ValueError(raw)
        return seeds

    return read(name, [], convert, "one or more Ed25519 keys (32 bytes, base64) with commas")


def read_places(name: str, default: str) -> list[str]:
    """Addresses that checkpoints of the log are written to."""

    def convert(raw: str) -> list[str]:
        places = [part.strip() for part in raw.split(",") if part.strip()]
        for place in places:
            parts = urlsplit(place)
            hosts = {"syslog", "syslog+tcp", "syslog+tls", "http", "https"}
            if not (parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")) and not (
                parts.scheme in hosts and parts.hostname and (parts.port is None or parts.port)
            ):
                raise ValueError(raw)
        return places

    wanted = "file:///folder, syslog://host:514 (or syslog+tcp, syslog+tls) or https://host/path, with commas"
    return read(name, convert(default), convert, wanted)


class MailServer(NamedTuple):
    """In the order of Django's EMAIL_HOST, _PORT, _HOST_USER, _HOST_PASSWORD, _USE_TLS and _USE_SSL."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def read_mail_server(name: str) -> MailServer:
    """`smtps://` is TLS from the start, `smtp+tls://` STARTTLS, `smtp://` neither."""

    def convert(raw: str) -> MailServer:
        parts = urlsplit(raw)
        ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
        if parts.scheme not in ports or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(raw)
        return MailServer(
            host=parts.hostname,
            port=parts.port or ports[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            starttls=parts.scheme == "smtp+tls",
            tls=parts.scheme == "smtps",
        )

    wanted = "an address such as smtp+tls://user:password@mail.example.com:587 (or smtps://, smtp://)"
    return read(name, MailServer(), convert, wanted)


def read_networks(name: str) -> list[str]:
    def convert(raw: str) -> list[str]:
        found = [part.strip() for part in raw.split(",") if part.strip()]
        for network in found:
            ip_network(network)
        return found

    return read(name, [], convert, "networks such as 10.0.0.0/8 with commas")


def read_data_folder() -> Path:
    """LOCKSTEP_DATA, absolute; by default `var/` in the checkout."""
    return Path(read_text("LOCKSTEP_DATA", str(BASE_DIR / "var"))).resolve()


def read_port() -> int:
    return read_int("PORT", 8000, least=1, most=65535)
