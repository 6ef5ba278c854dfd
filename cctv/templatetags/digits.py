"""`{% load digits %}`: `{{ number|digits }}` and `{{ moment|date:"DATETIME_FORMAT"|digits }}`, as the reader writes."""

from __future__ import annotations

from typing import Any

from django import template

from cctv.digits import shown

register = template.Library()


@register.filter
def digits(value: Any) -> str:
    return shown(value)
