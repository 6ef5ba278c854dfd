"""Settings from the environment: nonsense is refused by name, secrets come by file."""

from __future__ import annotations

import pytest

from cctv import env


@pytest.fixture(autouse=True)
def problems(monkeypatch):
    found: list[str] = []
    monkeypatch.setattr(env, "problems", found)
    return found


def test_a_secret_comes_by_file_too(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "key"))
    assert env.text("SOME_KEY") == "s3cret"


def test_a_file_that_cannot_be_read_is_named(monkeypatch, problems):
    monkeypatch.setenv("SOME_KEY_FILE", "/nowhere/key")
    assert env.text("SOME_KEY") == ""
    assert "SOME_KEY_FILE" in problems[0]


def test_what_is_missing_is_named(problems):
    assert env.text("NEVER_SET") == ""
    assert problems == ["NEVER_SET is not set"]


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (lambda: env.number("X", 5), "soon"),
        (lambda: env.number("X", 5), "-1"),
        (lambda: env.number("X", 5), "nan"),
        (lambda: env.number("X", 5), "inf"),
        (lambda: env.integer("X", 5), "1.5"),
        (lambda: env.integer("X", 5, least=1), "0"),
        (lambda: env.integer("X", 5, most=64), "65"),
        (lambda: env.number("X", 5, most=3600), "3600.1"),
        (lambda: env.flag("X", False), "perhaps"),
        (lambda: env.choice("X", "a", ("a", "b")), "c"),
    ],
)
def test_nonsense_keeps_the_default_and_is_named_without_its_value(monkeypatch, problems, read, raw):
    monkeypatch.delenv("X", raising=False)
    default = read()
    monkeypatch.setenv("X", raw)
    assert read() == default
    assert len(problems) == 1
    assert problems[0].startswith("X is not ")


def test_good_values_are_read(monkeypatch, problems):
    monkeypatch.setenv("X", "yes")
    assert env.flag("X", False) is True
    monkeypatch.setenv("X", "a, b,,c")
    assert env.words("X") == ["a", "b", "c"]
    assert problems == []
