"""No text for people escapes gettext: in templates, in scripts, in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.utils.functional import Promise

from cctv.tests.sources import ROOT, ours

OURS = {path.parent.name for path in ROOT.glob("*/apps.py")}
LETTERS = re.compile(r"[^\W\d_]{2}")

# --- Templates
TRANSLATED = re.compile(r"{%\s*(blocktranslate|blocktrans|comment)\b.*?{%\s*end\1\s*%}", re.DOTALL)
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
READ_OUT = {"title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}
NO_PROSE = {"script", "style", "code", "kbd"}
VOID = {"meta", "link", "img", "input", "br", "hr", "use", "path", "source", "col"}


class Prose(HTMLParser):
    """Texts and read-out attributes with letters in them, but for code and what names its own language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        own = tag in NO_PROSE or told.get("translate") == "no" or (tag != "html" and "lang" in told)
        if tag not in VOID:
            self._open.append(own)
        shown = READ_OUT | ({"value"} if tag == "input" and told.get("type") in {"submit", "button"} else set())
        self.found += [f"{name}={told[name]!r}" for name in shown & told.keys() if not own and _prose(told[name])]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open) and _prose(data):
            self.found.append(repr(data.strip()))


def _prose(text: str | None) -> bool:
    return bool(text and LETTERS.search(text))


def template_texts(text: str) -> list[str]:
    reader = Prose()
    reader.feed(TAGS.sub("", TRANSLATED.sub("", text)))
    return reader.found


def test_every_text_of_a_template_is_translatable() -> None:
    # A page that an engine of another language fills (HTML in a comment of SQL, a mail) would be named here.
    found = [f"{path}: {text}" for path in ours(".html") for text in template_texts((ROOT / path).read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("<p>Hello</p>", ["'Hello'"]),
        ('<a title="Go on">{% translate "Go" %}</a>', ["title='Go on'"]),
        ("<p>{% blocktranslate %}Hello{% endblocktranslate %} {{ name }} · 12</p>", []),
        ('<button lang="ar">العربية</button><code>rtsp</code>', []),
        ("{# A remark. #}<img alt=''>", []),
    ],
)
def test_a_text_of_a_template_is_found(template: str, texts: list[str]) -> None:
    assert template_texts(template) == texts


# --- Scripts
REMARKS = re.compile(r"/\*.*?\*/|(?<![:\"'`\w])//[^\n]*", re.DOTALL)
STRINGS = re.compile(r""""((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`""")
FILLED = re.compile(r"\$\{[^}]*\}")
# Several words, with a capital or an Arabic letter first, or a full stop: names of classes and keys have neither.
SENTENCE = re.compile(r"(?=[A-Z\u0600-\u06ff]|.*[.!?…]$)[^\W\d_][\w'’-]* [\w'’ ,.:;!?…-]*[^\W\d_]{2}")
# Where a string is shown, or read out, as it stands.
SHOWN = re.compile(
    r"""(?:\.(?:textContent|innerText|title|placeholder|alt|ariaLabel)\s*=|\b(?:textContent|title|placeholder)\s*:"""
    r"""|setAttribute\("(?:aria-label|title|alt|placeholder)",|\b(?:alert|confirm|prompt|toast)\()\s*(?P<text>"[^"]*"|`[^`]*`)"""
)
# Sentences that no operator reads: errors for programmers, and what goes into the report for support.
FOR_MACHINES = re.compile(r"(?:Error|warn|error|assert|log|querySelector(?:All)?|closest|matches)\($")
TECHNICAL = {
    "static/js/connection/checks.js",
    "static/js/pages/connection-test.js",
}


def script_texts(text: str) -> Iterator[str]:
    bare = REMARKS.sub("", text)
    for shown in SHOWN.finditer(bare):
        if LETTERS.search(FILLED.sub("", shown["text"])):
            yield shown["text"]
    for string in STRINGS.finditer(bare):
        said = FILLED.sub("", string[1] or string[2] or "")
        if SENTENCE.match(said) and not FOR_MACHINES.search(bare[: string.start()]):
            yield said


def test_scripts_hold_no_texts() -> None:
    found = [
        f"{path}: {text}"
        for path in ours(".js")
        if str(path) not in TECHNICAL
        for text in script_texts((ROOT / path).read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ('label.textContent = "Retry";', ['"Retry"']),
        ("label.title = `${name} is away`;", ["`${name} is away`"]),
        ('say("The camera is offline.");', ["The camera is offline."]),
        ('label.textContent = word("player.retry"); // says "Try again now"', []),
        ('throw new Error("No such camera here");', []),
        ('make("div", { className: "button quiet" });', []),
    ],
)
def test_a_text_of_a_script_is_found(script: str, texts: list[str]) -> None:
    assert list(script_texts(script)) == texts


# --- Python
SAID = {"verbose_name", "verbose_name_plural", "help_text", "label", "description", "short_description", "empty_label"}
SAYING = {"ValidationError", "message_user", "success", "warning", "info", "error", "format_html", "mark_safe"}
OF_MESSAGES = {"success", "warning", "info", "error"}


def python_texts(text: str) -> Iterator[str]:
    """Literals where a person would read them: named arguments of fields, forms and admin, messages, refusals."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            arguments = [each.value for each in node.keywords if each.arg in SAID]
            if _says(node.func):
                arguments += node.args
            yield from (_text(each) for each in arguments if _prose(_text(each)))


def _says(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in OF_MESSAGES:
        owner = function.value if isinstance(function, ast.Attribute) else None
        return isinstance(owner, ast.Name) and owner.id == "messages"
    return name in SAYING - {"format_html", "mark_safe"}


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return ""


# Commands speak to whoever runs the machine, the API's document to programmers: both in English.
ENGLISH = re.compile(r"/management/|/serializers\.py$|/api/|/api\.py$|/diagnosis/")


def test_python_says_nothing_that_is_not_translatable() -> None:
    paths = [path for path in ours(".py") if not ENGLISH.search(str(path))]
    found = [f"{path}: {text}" for path in paths for text in python_texts((ROOT / path).read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('models.CharField(_("name"), help_text="Lower case")', ["Lower case"]),
        ('raise ValidationError({"a": _("No.")})', []),
        ('raise ValidationError("No such thing")', ["No such thing"]),
        ('messages.success(request, "Saved.")', ["Saved."]),
        ('log.info("saved it")', []),
    ],
)
def test_a_text_of_python_is_found(code: str, texts: list[str]) -> None:
    assert list(python_texts(code)) == texts


# Never shown.
HIDDEN = {"secret_sha256"}


def test_what_the_admin_shows_of_models_has_translatable_names() -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS]
    found = [model.__name__ for model in ours if _in_the_admin(model) and not _lazy(model._meta.verbose_name)]
    fields = [field for model in ours if _in_the_admin(model) for field in model._meta.fields]
    shown = [field for field in fields if not field.primary_key and field.name not in HIDDEN]
    found += [str(field) for field in shown if not _lazy(field.verbose_name)]
    found += [f"{field}: {label}" for field in shown for label in _plain(field.choices or [])]
    assert found == []


def _in_the_admin(model: type[Model]) -> bool:
    inlines = {inline.model for each in admin.site._registry.values() for inline in each.inlines}
    return model in admin.site._registry or model in inlines


def _lazy(text: object) -> bool:
    return isinstance(text, Promise)


def _plain(choices: Any) -> list[object]:
    """Labels that stay as they are. A code is no text, and a language is named in itself."""
    own = {"English", "العربية"}
    return [label for value, label in choices if not _lazy(label) and label != value and label not in own]
