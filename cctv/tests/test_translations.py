"""Arabic is complete: what the sources mark is in the catalogue, nothing of it untranslated, nothing guessed."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cctv.tests.sources import ROOT, ours

CATALOGUE = ROOT / "locale/ar/LC_MESSAGES/django.po"
PLACES = re.compile(r"%\(\w+\)\w|\{\w+\}|%%")
Messages = dict[str, list[str]]


def tool(*command: str) -> str:
    """One of GNU gettext's, in English."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin"})
    assert done.returncode == 0, done.stderr
    return done.stderr


def messages(catalogue: Path, scratch: Path) -> Messages:
    """Each translation by `context|msgid`, its plural forms in order."""
    tool("msgfmt", "-o", str(scratch), str(catalogue))
    with scratch.open("rb") as file:
        kept: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found: Messages = {}
    for key, text in kept.items():
        msgid = key[0] if isinstance(key, tuple) else key
        if msgid:
            found.setdefault(msgid.replace("\x04", "|"), []).append(text)
    return found


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the sources mark as translatable: makemessages on a copy of them, each message its own translation."""
    copy = tmp_path_factory.mktemp("sources")
    for path in [*ours(".py"), *ours(".html")]:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy / path)
    collected, filled = copy / "locale/ar/LC_MESSAGES/django.po", copy / "filled.po"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        (copy / "locale").mkdir()
        call_command("makemessages", locale=["ar"], verbosity=0)
    tool("msgen", "--force-po", "-o", str(filled), str(collected))
    return set(messages(filled, copy / "filled.mo"))


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Messages:
    """What the catalogue translates: neither what is fuzzy, nor what is empty."""
    return messages(CATALOGUE, tmp_path_factory.mktemp("catalogue") / "ar.mo")


def test_every_marked_text_is_translated(marked: set[str], translated: Messages) -> None:
    missing = sorted(marked - translated.keys())
    assert not missing, f"{len(missing)} texts have no Arabic (make messages, then translate):\n" + "\n".join(missing)


def test_the_catalogue_holds_nothing_that_the_sources_do_not_say(marked: set[str], translated: Messages) -> None:
    left = sorted(translated.keys() - marked)
    assert not left, f"{len(left)} texts are in the catalogue only (make messages):\n" + "\n".join(left)


def test_every_message_of_the_catalogue_is_translated() -> None:
    said = tool("msgfmt", "--check-format", "--statistics", "-o", "/dev/null", str(CATALOGUE))
    assert "translated messages" in said
    assert "fuzzy" not in said
    assert "untranslated" not in said


def test_a_translation_fills_the_places_of_its_text(translated: Messages) -> None:
    """Numbers may go without theirs in a plural form of their own: one, two and none are words in Arabic."""
    wrong = [
        f"{msgid}: {text}"
        for msgid, forms in translated.items()
        for text in forms
        if set(PLACES.findall(text)) != set(PLACES.findall(msgid)) and len(forms) == 1
    ]
    assert wrong == []


STATES = re.compile(r'data-word="(stream|picture|player\.state|camera)\.\w+">{% translate "([^"]+)"')


def test_states_that_differ_are_named_differently(translated: Messages) -> None:
    """Starting and running, or stalled and stopped, are one word in a hasty translation."""
    told = [
        state for words in sorted(ROOT.glob("templates/words/*.html")) for state in STATES.findall(words.read_text())
    ]
    names: dict[tuple[str, str], set[str]] = {}
    for kind, msgid in told:
        names.setdefault((kind, translated[msgid][0]), set()).add(msgid)
    assert {kind for kind, _ in told} == {"stream", "picture", "player.state", "camera"}
    assert {name: msgids for name, msgids in names.items() if len(msgids) > 1} == {}


def test_a_translation_is_arabic(translated: Messages) -> None:
    """A text copied over is not translated; what has no letters of its own, and names of standards, may be."""
    copied = [msgid for msgid, forms in translated.items() if forms == [msgid.rpartition("|")[2]] and _has_words(msgid)]
    assert [msgid for msgid in copied if msgid not in NAMES] == []


NAMES = {"WebRTC", "HLS", "English", "CCTV Live", "API", "{value} ms", "RTSP"}
NAMES |= {f"key|{cap}" for cap in ("Esc", "Enter", "Del", "Shift")}  # as they stand on an Arabic keyboard, too


def _has_words(msgid: str) -> bool:
    return bool(re.search(r"[A-Za-z]{3}", PLACES.sub("", msgid)))
