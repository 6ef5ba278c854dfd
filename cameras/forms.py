"""The camera's form in the admin, and those of the first-run page: secrets go in and are never shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cameras.models import Agency, Camera
from cameras.sources import SOURCE_FIELDS, separated
from cctv.comma_text import CommaTextField
from cctv.errors import DomainError
from cctv.reasons import text


class SecretWidget(forms.Widget):
    """An input that is never given the value, not even the one just typed, and a box that removes what is set."""

    template_name = "cameras/widgets/secret.html"
    is_set = False

    def __init__(self, input_type: str = "text") -> None:
        super().__init__({"size": 60})
        self.type = input_type

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        context["widget"] |= {"type": self.type, "is_set": self.is_set}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """None keeps, "" removes; something typed wins over the box."""
        return data.get(name) or ("" if data.get(f"{name}-clear") else None)


class SecretField(forms.Field):
    def __init__(self, label: Any, input_type: str = "text") -> None:
        super().__init__(label=label, required=False, widget=SecretWidget(input_type))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None


class TagsField(CommaTextField):
    """Each tag counts once."""

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(super().to_python(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class CameraForm(forms.ModelForm[Camera]):
    """The secrets have names of their own, so that Django fills neither the page nor the row with them."""

    new_main_url = SecretField(_("main stream URL"))
    new_sub_url = SecretField(_("sub-stream URL"))
    new_username = SecretField(_("user name"))
    new_password = SecretField(_("password"), "password")
    tags = TagsField(label=_("tags"), required=False, help_text=_("Words, separated by commas."))

    class Meta:
        model = Camera
        fields = [
            "camera_id", "agency", "group", "name_en", "name_ar", "place", "latitude", "longitude", "enabled", "audio",
        ]  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in SOURCE_FIELDS:
            if f"new_{name}" in self.fields:
                self.fields[f"new_{name}"].widget.is_set = bool(getattr(self.instance, name))

    def clean(self) -> dict[str, Any]:
        try:
            separated(self.instance, self.secrets())
        except DomainError as error:
            for name, sentences in _fields(error).items():
                self.add_error(f"new_{name}", sentences)
        return self.cleaned_data

    def secrets(self) -> dict[str, str]:
        """Those that were typed or removed."""
        typed = {name: self.cleaned_data.get(f"new_{name}") for name in SOURCE_FIELDS}
        return {name: value for name, value in typed.items() if value is not None}

    def changes(self) -> dict[str, Any]:
        """What to hand to the service: changed fields and secrets."""
        plain = {name: self.cleaned_data[name] for name in self.changed_data if not name.startswith("new_")}
        return plain | self.secrets()


def _fields(error: DomainError) -> dict[str, list[str]]:
    fields = error.params.get("fields")
    return fields if isinstance(fields, dict) else {}


class FirstAgencyForm(forms.Form):
    """What an agency needs to begin with."""

    code = forms.CharField(
        label=_("code"), max_length=32, help_text=_("Capital letters, digits and underscores; it never changes.")
    )
    name_en = forms.CharField(label=_("name (English)"), max_length=120)
    name_ar = forms.CharField(label=_("name (Arabic)"), max_length=120, required=False)


class FirstCameraForm(forms.Form):
    """What a camera needs to show a picture. Secrets go in and are never shown again."""

    agency = forms.ModelChoiceField(label=_("agency"), queryset=Agency.objects.none(), empty_label=None)
    name_en = forms.CharField(label=_("name (English)"), max_length=120)
    name_ar = forms.CharField(label=_("name (Arabic)"), max_length=120, required=False)
    camera_id = forms.CharField(
        label=_("camera ID"), max_length=48, help_text=_("Lower-case letters, digits and hyphens; it never changes.")
    )
    main_url = SecretField(_("main stream URL"))
    username = SecretField(_("user name"))
    password = SecretField(_("password"), "password")

    def __init__(self, agencies: QuerySet[Agency], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["agency"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = agencies
        self.fields["main_url"].required = True
        self.fields["main_url"].help_text = _("As in rtsp://192.0.2.7:554/stream1; the camera's manual names it.")

    def details(self) -> dict[str, Any]:
        """What to hand to the service; a secret that was not typed is None here and left out."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


def refused(form: forms.Form, error: DomainError) -> None:
    """The service's sentences at their fields."""
    for name, sentences in _fields(error).items():
        form.add_error(name if name in form.fields else None, sentences)
    if not form.errors:
        form.add_error(None, text(error.code, error.params))
