"""The forms of streams, drawn from the schema of each kind's configuration."""

from __future__ import annotations

from typing import Any

from django import forms

from downstream.models import LogStream
from downstream.refusals import Refusal
from downstream.streams.configuring import secret_fields
from downstream.streams.sinks import SINKS

WORDS = {
    "url": "Address",
    "ca_certificates": "Trusted certificates",
    "allowed_networks": "Private networks",
    "token": "HEC token",
    "api_key": "API key",
    "secret": "Signing secret",
    "authorization": "Authorization header",
}
# Asked for once, above.
NOT_ASKED = frozenset({"from_start", "old_secrets"})
LONG = frozenset({"ca_certificates"})
KEPT = "Secret: leave it empty to keep what is there."
MADE = "Secret: leave it empty, and one is made."


class StreamForm(forms.Form):
    """`config` is the configuration of those fields that are filled in."""

    name = forms.CharField(label="Name", max_length=63)
    event_types = forms.CharField(
        label="Types of events",
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "user.lifecycle.*\ngroup.user_membership.add"}
        ),
        help_text="One a line; a star at the end stands for the rest. Empty: all events.",
    )
    from_start = forms.BooleanField(
        label="Begin with the first event that the log has",
        required=False,
        help_text="Otherwise it begins with the next one.",
    )

    def __init__(self, kind: str, *args: Any, stream: LogStream | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        schema = SINKS[kind].config_class.model_json_schema()
        self._config = [name for name in schema["properties"] if name not in NOT_ASKED]
        self._secret = secret_fields(kind)
        for name in self._config:
            self.fields[name] = _field(name, schema["properties"][name], is_secret=name in self._secret)
        self._place_secrets(is_new=stream is None, required=schema.get("required", ()))
        if stream:
            del self.fields["from_start"]
            self.fields["revision"] = forms.IntegerField(widget=forms.HiddenInput)
            self.initial.update(_shown(stream), revision=stream.revision)
        self.order_fields(["revision", "name", *self._config, "event_types", "from_start"])
        for field in self.fields.values():
            css = "form-check-input" if isinstance(field, forms.BooleanField) else "form-control"
            css = "form-select" if isinstance(field, forms.ChoiceField) else css
            field.widget.attrs.setdefault("class", css)

    def _place_secrets(self, *, is_new: bool, required: Any) -> None:
        for name in self._secret & self.fields.keys():
            field = self.fields[name]
            if not is_new:
                field.help_text = KEPT
            elif name == "secret":
                field.help_text = MADE
            field.required = is_new and name in required and name != "secret"

    @property
    def config(self) -> dict[str, Any]:
        found = {name: self.cleaned_data.get(name) for name in self._config}
        return {name: value for name, value in found.items() if value not in ("", None, [])}

    @property
    def changes(self) -> dict[str, Any]:
        asked = self.cleaned_data
        names = ("name", "from_start", "revision")
        plain: dict[str, Any] = {name: asked[name] for name in names if name in asked}
        return {**plain, "event_types": asked["event_types"].split(), "config": self.config}

    def refuse(self, refusal: Refusal) -> None:
        """At the field that it names; of a configuration it is the first word."""
        field = refusal.field
        if field == "config":
            field = str(refusal).split(maxsplit=1)[0].strip('":').partition(".")[0]
        self.add_error(field if field in self.fields else None, str(refusal))


def label_of(name: str) -> str:
    """What people call a field of a configuration."""
    return WORDS.get(name, name.replace("_", " ").capitalize())


def _field(name: str, schema: dict[str, Any], *, is_secret: bool) -> forms.Field:
    told: dict[str, Any] = {
        "label": label_of(name),
        "help_text": schema.get("description", ""),
        "initial": schema.get("default"),
        "required": "default" not in schema,
    }
    if is_secret:
        return forms.CharField(**told, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    match schema:
        case {"enum": words}:
            return forms.ChoiceField(**told, choices=[(word, word.upper()) for word in words])
        case {"type": "integer"}:
            limits: dict[str, Any] = {"min_value": schema.get("minimum"), "max_value": schema.get("maximum")}
            return forms.IntegerField(**told | limits | {"required": True})
        case {"type": "array"}:
            return Lines(**told | {"initial": ""}, widget=forms.Textarea(attrs={"rows": 2}))
    long = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}) if name in LONG else forms.TextInput()
    return forms.CharField(**told, widget=long)


class Lines(forms.CharField):
    """A list: one a line, or with blanks between them."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").split()

    def validate(self, value: Any) -> None:
        """What they have to be, the configuration knows."""

    def run_validators(self, value: Any) -> None:
        for one in value:
            super().run_validators(one)


def _shown(stream: LogStream) -> dict[str, Any]:
    config = {
        name: "\n".join(value) if isinstance(value, list) else value for name, value in stream.config.items()
    }
    return {"name": stream.name, "event_types": "\n".join(stream.event_types), **config}
