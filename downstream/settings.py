"""Changing a target's settings, and deleting it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.actor import Actor
from audit.catalogue import EventType, Severity
from audit.log_event import Change, Entry
from audit.services import record
from directory.catalogue import Entitlement
from directory.services import take_over
from downstream.chores import do_chores, recompare_part
from downstream.connectors import REGISTRY, InvalidConfig, validate_config
from downstream.models import Target
from downstream.precedence import free_followers, hold_order, set_order
from downstream.refusals import Outdated, Refusal
from downstream.subjects import app_subject
from downstream.wakeups import wake_after_commit
from lib.secrets import Undecryptable

# What the log says instead of a secret.
MARK = "***"
# Each is a column of the same name, whose validators say what it takes.
PLAIN = (
    "name",
    "time_limit",
    "concurrency",
    "rate",
    "guard_floor",
    "guard_percent",
    "wait_seconds",
    "backlog_objective",
)


class Changes(TypedDict, total=False):
    """What may be changed of a target. What is left out stays.

    `config` is the whole configuration. Of its secret fields those that are left out stay, too; null takes
    one away.
    """

    name: str
    config: dict[str, Any]
    time_limit: int
    concurrency: int
    rate: float | None
    guard_floor: int
    guard_percent: int
    backlog_objective: int
    wait_seconds: int
    after: Sequence[Target]


def change_target(
    target: Target, *, by: Actor, revision: int | None = None, **changes: Unpack[Changes]
) -> bool:
    """Raises Refusal, after which nothing has changed. False if there was nothing to change.

    `revision` is that of the settings that were looked at: Outdated is raised if it is another by now. A new
    configuration is what everything is compared with anew, and failures that it may end are tried again.
    """
    with transaction.atomic():
        if "after" in changes:
            hold_order(target.tenant_id)
        row = _held(target, revision)
        edit = _edited(row, changes)
        if not edit.before and not edit.after:
            return False
        _save(row, edit)
        _log(row, edit, by)
    target.refresh_from_db()
    return True


@dataclass(frozen=True)
class _Edit:
    """What differs, as the log tells it."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    is_configured_anew: bool = False

    def and_(self, before: dict[str, Any], after: dict[str, Any]) -> _Edit:
        return replace(self, before={**self.before, **before}, after={**self.after, **after})


def _held(target: Target, revision: int | None) -> Target:
    """The row as it is now, which nobody else changes meanwhile. Raises Refusal."""
    row = Target.objects.select_for_update(no_key=True).filter(id=target.id).first()
    if row is None or row.is_going:
        raise Refusal(f"{target.name} is deleted.")
    if revision not in (None, row.revision):
        sentence = (
            f"Somebody else has changed the settings of {row.name} meanwhile: look at them and try again."
        )
        raise Outdated(sentence, field="revision")
    return row


def _edited(row: Target, changes: Changes) -> _Edit:
    """Sets what is to change on `row`, unsaved. Raises Refusal."""
    edit = _Edit()
    for name in PLAIN:
        old, new = getattr(row, name), changes.get(name, getattr(row, name))
        if new != old:
            setattr(row, name, new)
            edit = edit.and_({name: old}, {name: new})
    if "after" in changes and (names := set_order(row, changes["after"])):
        edit = edit.and_({"after": names[0]}, {"after": names[1]})
    return _configured(row, changes["config"], edit) if "config" in changes else edit


def _configured(row: Target, config: dict[str, Any], edit: _Edit) -> _Edit:
    old_secrets = _secrets(row, config)
    given = {name: value for name, value in config.items() if value is not None or name not in old_secrets}
    whole = {name: value for name, value in old_secrets.items() if name not in config} | given
    try:
        public, secret = validate_config(row.kind, whole)
    except InvalidConfig as error:
        raise Refusal(str(error), field="config") from error
    if (public, secret) == (row.config, old_secrets):
        return edit
    names = _differing(row.config, public)
    edit = edit.and_(_told(row.config, names), _told(public, names))
    hidden = _differing(old_secrets, secret)
    edit = edit.and_(_told(_masked(old_secrets), hidden), _told(_masked(secret), hidden))
    row.config = public
    row.seal(secret)
    return replace(edit, is_configured_anew=True)


def _secrets(row: Target, config: dict[str, Any]) -> dict[str, Any]:
    """Those that there are. None, if no key opens them any more and the new configuration brings its own."""
    try:
        return {name: row.settings[name] for name in row.settings.keys() - row.config.keys()}
    except Undecryptable as error:
        if secret_fields(row.kind) <= config.keys():
            return {}
        raise Refusal(f"{error} Or send the secrets anew with the configuration.", field="config") from error


def secret_fields(kind: str) -> frozenset[str]:
    """Names of the fields of a configuration that people fill in and nobody is shown."""
    if kind not in REGISTRY:
        return frozenset()
    config_class = REGISTRY[kind].config_class
    shown = config_class.model_json_schema()["properties"]
    return frozenset(name for name in config_class.secret_fields() if name in shown)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def told_config(public: dict[str, Any], secret: dict[str, Any]) -> dict[str, Any]:
    """A whole configuration as the log tells it."""
    return _told(public, public) | _told(_masked(secret), secret)


def _told(config: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {f"config.{name}": without_query(config[name]) for name in names if name in config}


def without_query(value: Any) -> Any:
    """Some receivers want a key behind the question mark of their address."""
    if isinstance(value, str) and value.startswith(("https://", "http://")) and "?" in value:
        return f"{value.partition('?')[0]}?{MARK}"
    return value


def _masked(secrets: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(secrets, MARK)


def _save(row: Target, edit: _Edit) -> None:
    row.revision += 1
    if edit.is_configured_anew:
        row.config_version += 1
        row.recompare_after = 0
        # Whatever the trouble was: it is looked into at once.
        row.resume_at = None
    save_checked(row)
    if edit.is_configured_anew:
        # Of a small target these are all, and due when the change is.
        recompare_part(row)
        wake_after_commit([row.id])


def save_checked(row: Target) -> None:
    """Raises Refusal, naming the field."""
    try:
        row.clean_fields(exclude=["tenant", "config"])
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise Refusal(f"{name}: {' '.join(sentences)}", field=name) from error
    except IntegrityError as error:
        raise Refusal(
            f"There is a target named {row.name} already. Choose another name.", field="name"
        ) from error


def _log(row: Target, edit: _Edit, by: Actor) -> None:
    subject = replace(app_subject(row), change=Change(edit.before, edit.after))
    record(row.tenant_id, Entry(type=EventType.TARGET_CHANGED, actor=by, subjects=(subject,)))


def delete_target(target: Target, *, by: Actor) -> None:
    """Nothing is delivered there from now on. What is there stays; what Lockstep knows of it goes.

    Workers remove what is too much for a moment. Calling it again does nothing more.
    """
    with transaction.atomic():
        asked = Target.objects.filter(id=target.id).exclude(mode=Target.Mode.DELETING)
        if Entitlement.objects.of_target(target.id).exists():
            take_over(target.tenant, [], target=app_subject(target), by=by)
        if asked.update(mode=Target.Mode.DELETING):
            kind, subjects = EventType.TARGET_DELETED, (app_subject(target),)
            record(target.tenant_id, Entry(type=kind, actor=by, subjects=subjects, severity=Severity.WARN))
        free_followers(target)
        wake_after_commit([target.id])
    target.mode = Target.Mode.DELETING
    do_chores(target)
