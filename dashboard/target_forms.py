"""The forms of a target's settings."""

from __future__ import annotations

import json
from typing import Any, cast

from django import forms

from downstream.models import Target
from downstream.refusals import Refusal
from downstream.settings import PLAIN, Changes, secret_fields

SECRET = "secret_"  # noqa: S105  # how a field is called, no secret


class ConfigField(forms.CharField):
    """A JSON object, in a text."""

    widget = forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "form-control code-input"})

    def to_python(self, value: Any) -> Any:
        try:
            config = json.loads(super().to_python(value) or "{}")
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(f"This is no JSON: {error}.") from error
        if not isinstance(config, dict):
            raise forms.ValidationError("Write an object: { ... }.")
        return config


class SettingsForm(forms.Form):
    """Every setting of a target. Its secrets are never shown: one that is left empty stays."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=63)
    config = ConfigField(
        label="Configuration (JSON)",
        help_text="After a change everything is compared with the target anew, and failures that it may end "
        "are tried again. For another system add another target.",
    )
    time_limit = forms.IntegerField(
        label="Time limit", help_text="Seconds that one call may take, at most 120.", min_value=1
    )
    concurrency = forms.IntegerField(
        label="At once", help_text="Deliveries at the same time, at most 64.", min_value=1
    )
    rate = forms.FloatField(
        label="Calls a second",
        help_text="At most, by all workers together. Empty: as many as it takes.",
        required=False,
    )
    wait_seconds = forms.IntegerField(
        label="SCIM requests wait for the result",
        help_text="Seconds, at most 25; 0: they are answered at once. Okta then shows what this target "
        "refuses. Note that Okta never deactivates a user whose creation it was told has failed.",
        min_value=0,
    )
    guard_floor = forms.IntegerField(
        label="Removals an hour that are never held",
        help_text="If more accounts than these, and more than the part of all below, are to be disabled or "
        "removed within an hour, the others are held until a person decides. Both 0: nothing is ever held.",
        min_value=0,
    )
    guard_percent = forms.IntegerField(label="Or this part of all accounts, in percent", min_value=0)
    backlog_objective = forms.IntegerField(
        label="Backlog objective",
        help_text="Seconds: when a change that is due has waited longer, there is an alert.",
        min_value=1,
    )

    def __init__(self, target: Target, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in sorted(secret_fields(target.kind)):
            widget = forms.PasswordInput(attrs={"autocomplete": "off"})
            hint = "Secret: leave it empty to keep what is there."
            self.fields[SECRET + name] = forms.CharField(
                label=name, required=False, strip=False, help_text=hint, widget=widget
            )
        others = Target.objects.filter(tenant=target.tenant_id).exclude(id=target.id).order_by("name")
        self.fields["after"] = forms.ModelMultipleChoiceField(
            others,
            label="Waits for",
            required=False,
            help_text="Users and groups are created and updated here once they are in step in these targets. "
            "Removals never wait.",
            widget=forms.CheckboxSelectMultiple,
        )
        if not others.exists():
            del self.fields["after"]
        self.order_fields(["revision", "name", "config", *(n for n in self.fields if n.startswith(SECRET))])
        for name, field in self.fields.items():
            field.widget.attrs.setdefault("class", "choices" if name == "after" else "form-control")

    @classmethod
    def showing(cls, target: Target) -> SettingsForm:
        initial = {name: getattr(target, name) for name in ("revision", *PLAIN)}
        initial["after"] = target.after.all()
        initial["config"] = json.dumps(target.config, indent=2, ensure_ascii=False)
        return cls(target, initial=initial)

    def changes(self) -> Changes:
        asked = self.cleaned_data
        secrets = {
            name.removeprefix(SECRET): value
            for name, value in asked.items()
            if name.startswith(SECRET) and value
        }
        plain = {name: asked[name] for name in self.fields if name in Changes.__annotations__}
        return cast(Changes, {**plain, "config": {**asked["config"], **secrets}})

    def refuse(self, refusal: Refusal) -> None:
        """At the field that it names."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class DeleteForm(forms.Form):
    """Asks for the target's name once more."""

    name = forms.CharField(
        label="Name of the target",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, target: Target, *args: Any) -> None:
        super().__init__(*args)
        self.target = target

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self.target.name:
            raise forms.ValidationError(f"Type {self.target.name} to delete it.")
        return name
