"""A field of a form that holds a list of words, typed with commas between them."""

from __future__ import annotations

from typing import Any

from django import forms


class CommaTextField(forms.CharField):
    """An Arabic keyboard writes the Arabic comma."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").replace("،", ",")
        return [part.strip() for part in text.split(",") if part.strip()]
