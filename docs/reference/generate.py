"""Writes the generated pages and tables below docs/reference, from the source alone (nothing is imported or run).

`python docs/reference/generate.py` writes; with `--check` it writes nothing and exits 1 where something is stale:
a page, a link, a `make` target or a test that the documents name and that is not there.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from meanings import CONSTANTS, MEANINGS

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "docs" / "reference"
WRITTEN_BY = "<!-- Written by docs/reference/generate.py; do not edit. -->"
HTTP = {
    "NotAuthenticated": 401,
    "AuthenticationFailed": 401,
    "PermissionDenied": 403,
    "MethodNotAllowed": 405,
    "UnsupportedMediaType": 415,
    "ParseError": 400,
    "ValidationError": 400,
    "NotFound": 404,
    "Throttled": 429,
    "Http404": 404,
}
# Statuses that no call with two constants tells.
ELSEWHERE = {
    "released": 410,
    "expired": 410,
    "revoked": 410,
    "reservation_ended": 410,
    "invalid_api_key": 401,
    "hls_not_ready": 404,
}
KINDS = {"flag": "yes/no", "integer": "whole number", "number": "number", "words": "list", "text": "text"}


def read(path: str) -> str:
    return (ROOT / path).read_text()


def tree(path: str) -> ast.Module:
    return ast.parse(read(path))


def text_of(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


# --- settings


@dataclass(frozen=True)
class Setting:
    name: str
    section: str
    kind: str
    default: str
    meaning: str


def settings() -> Iterator[Setting]:
    lines = read("cctv/settings.py").splitlines()
    for node in _in_order(tree("cctv/settings.py")):
        if _is_reader(node):
            yield _setting(node, lines)


def _in_order(module: ast.Module) -> list[ast.Call]:
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _is_reader(call: ast.Call) -> bool:
    where = call.func
    return isinstance(where, ast.Attribute) and isinstance(where.value, ast.Name) and where.value.id == "env"


def _setting(call: ast.Call, lines: list[str]) -> Setting:
    assert isinstance(call.func, ast.Attribute)
    reader, name = call.func.attr, text_of(call.args[0]) or ""
    kind = KINDS.get(reader, reader)
    if reader == "choice":
        kind = " ".join(f"`{text_of(word)}`" for word in getattr(call.args[2], "elts", []))
    least = [ast.unparse(word.value) for word in call.keywords if word.arg == "least"]
    kind += f", at least {least[0]}" if least else ""
    most = [ast.unparse(word.value) for word in call.keywords if word.arg == "most"]
    kind += f", at most {most[0]}" if most else ""
    comment = lines[call.lineno - 1].partition("  # ")[2].strip()
    meaning = MEANINGS.get(name) or _sentence(comment)
    if not meaning:
        raise SystemExit(f"{name}: neither a comment in cctv/settings.py nor a line in meanings.py")
    return Setting(name, _section(lines, call.lineno), kind, _default(call), meaning)


def _sentence(comment: str) -> str:
    return f"{comment[0].upper()}{comment[1:].rstrip('.')}." if comment else ""


def _section(lines: list[str], lineno: int) -> str:
    if lines[lineno - 1].startswith("LOG_"):
        return "Logs"
    heads = [line.removeprefix("# --- ") for line in lines[:lineno] if line.startswith("# --- ")]
    return re.split(r" \(|: ", heads[-1])[0] if heads else "Django"


def _default(call: ast.Call) -> str:
    if len(call.args) < 2:
        return "*none*" if isinstance(call.func, ast.Attribute) and call.func.attr == "words" else "**required**"
    node = call.args[1]
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            return "yes" if node.value else "no"
        return f"`{node.value}`" if node.value != "" else "*none*"
    return f"`{ast.unparse(node).replace(chr(39), chr(34))}`"


def settings_page() -> str:
    out = [
        "# Settings",
        "",
        WRITTEN_BY,
        "",
        "Every value comes from the environment, through `cctv/env.py`. Each one may also be given as `NAME_FILE`: the",
        "path of a file that holds it. A wrong or missing value makes the system check `cctv.E001` fail, which names",
        "the variable, never its value. The checks run with `manage.py` commands (`migrate`, `check`), so before each",
        "start of the demo. Seconds unless a unit is given. The deadlines and their order are in",
        "[timing.md](timing.md); what `make demo` sets is in [../operate/demo.md](../operate/demo.md).",
    ]
    found = list(settings())
    for gone in MEANINGS.keys() - {each.name for each in found}:
        raise SystemExit(f"meanings.py knows {gone}, cctv/settings.py does not")
    for section in dict.fromkeys(each.section for each in found):
        out += ["", f"## {section}", "", "| variable | kind | default | meaning |", "|---|---|---|---|"]
        rows = [each for each in found if each.section == section]
        out += [f"| `{s.name}` | {s.kind} | {s.default} | {s.meaning} |" for s in rows]
    return "\n".join([*out, "", _checks(), ""])


def _checks() -> str:
    source = read("cctv/checks.py")
    needed = ast.literal_eval(_value(ast.parse(source), "NEEDED"))
    rows = [
        f"| `{port}={chosen}` | {', '.join(f'`{name}`' for name in names)} |"
        for (port, chosen), names in needed.items()
    ]
    head = "## What a choice needs\n\nSystem check `cctv.E005` asks for these.\n\n| choice | needs |\n|---|---|\n"
    return head + "\n".join(rows)


def _value(module: ast.Module, name: str) -> ast.expr:
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        named = any(isinstance(each, ast.Name) and each.id == name for each in targets)
        if named and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            return node.value
    raise SystemExit(f"no {name}")


# --- timing


def timing_page() -> str:
    out = [
        "# Timing",
        "",
        WRITTEN_BY,
        "",
        "All times are settings, in seconds. Every wait is a deadline column; time is the database's clock.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    timing = {each.name: each for each in settings() if each.section == "Timing" or each.name == "MEDIA_CALL_TIMEOUT"}
    out += [f"| `{s.name}` | {s.default} | {s.meaning} |" for s in timing.values()]
    order = ast.literal_eval(_value(tree("cctv/checks.py"), "ORDER"))
    out += ["", "## Their order", "", "System check `cctv.E002` fails unless", ""]
    out += [f"- `{small}` < `{large}`" for small, large in order]
    out += ["", "## Fixed in the code", "", "| what | value | where |", "|---|---|---|"]
    for path, name, what in CONSTANTS:
        value = ast.unparse(_value(tree(path), name)).removeprefix("timedelta(").removesuffix(")")
        out.append(f"| {what} | `{value}` | `{path}` `{name}` |")
    return "\n".join([*out, ""])


# --- exit codes of the pusher


def exits_page() -> str:
    module, lines = tree("whip_pusher/exits.py"), read("whip_pusher/exits.py").splitlines()
    members = next(node for node in module.body if isinstance(node, ast.ClassDef))
    permanent = set(re.findall(r"Exit\.(\w+)", ast.unparse(_value(module, "PERMANENT"))))
    out = [
        "# Exit codes of the pusher",
        "",
        WRITTEN_BY,
        "",
        "The word is the code of the stream's event and of the player's message. After a permanent one the stream ends",
        "FAILED, after any other it is tried again (RETRYING). Negative codes are signals: the runner says",
        "`killed_by_signal`. The whole contract of the program is its",
        "[README](../../whip_pusher/README.md).",
        "",
        "| code | word | permanent | when |",
        "|---|---|---|---|",
    ]
    for node in members.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            comment = lines[node.lineno - 1].partition("# ")[2]
            ends = "yes" if name in permanent else ""
            out.append(f"| {ast.unparse(node.value)} | `{name.lower()}` | {ends} | {comment} |")
    return "\n".join([*out, ""])


# --- codes


def codes_table() -> str:
    statuses = _statuses()
    out = ["| code | HTTP | sentence (English) |", "|---|---|---|"]
    known = _reasons()
    for code, sentence in known.items():
        shown = re.sub(r"%\((\w+)\)s", r"`\1`", sentence)
        out.append(f"| `{code}` | {' '.join(map(str, sorted(statuses.get(code, ()))))} | {shown} |")
    nameless = sorted({*_media_codes(), *statuses} - known.keys())
    if nameless:
        shown = ", ".join(f"`{code}`" for code in nameless)
        out += ["", f"Without a sentence yet, so that readers see the code itself: {shown}."]
    return "\n".join(out)


def _reasons() -> dict[str, str]:
    found = _value(tree("cctv/reasons.py"), "REASONS")
    assert isinstance(found, ast.Dict)
    pairs = zip(found.keys, found.values, strict=True)
    return {text_of(k) or "": text_of(v.args[0]) or "" for k, v in pairs if k and isinstance(v, ast.Call)}


def _sources() -> Iterator[Path]:
    for app in ("cctv", "accounts", "cameras", "quotas", "streaming", "walls"):
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if "tests" not in path.parts)


def _calls(*names: str) -> Iterator[ast.Call]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
                yield node


def _statuses() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for call in _calls("DomainError", "Refused", "_rendered"):
        code, status = text_of(call.args[0]), call.args[1] if len(call.args) > 1 else None
        if code and isinstance(status, ast.Constant):
            found.setdefault(code, set()).add(int(str(status.value)))
    for code, number in ast.literal_eval(_value(tree("streaming/signalling.py"), "STATUS")).items():
        found.setdefault(code, set()).add(number)
    drf = _value(tree("cctv/problems.py"), "DRF_CODES")
    assert isinstance(drf, ast.Dict)
    for kind, code in zip(drf.keys, drf.values, strict=True):
        found.setdefault(text_of(code) or "", set()).add(HTTP[ast.unparse(kind).rpartition(".")[2]])  # type: ignore[arg-type]
    for code, number in ELSEWHERE.items():
        found.setdefault(code, set()).add(number)
    return found


def _media_codes() -> set[str]:
    return {code for call in _calls("MediaError") if (code := text_of(call.args[0]))}


def with_codes(page: str) -> str:
    begin, end = "<!-- codes: written by generate.py -->", "<!-- /codes -->"
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n{codes_table()}\n{end}{rest.partition(end)[2]}"


# --- checks of what the documents name


def documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def dead_links() -> Iterator[str]:
    for page in documents():
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                yield f"{page.relative_to(ROOT)}: no {target}"


def missing_tests() -> Iterator[str]:
    for page in documents():
        for file, name in re.findall(r"`([\w/.-]+\.(?:py|js|mjs))::([^`]+)`", page.read_text()):
            where = ROOT / file
            if not where.exists() or name not in where.read_text():
                yield f"{page.relative_to(ROOT)}: no {file}::{name}"


def missing_targets() -> Iterator[str]:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    later = {"certs", "soak", "faults", "load"}
    for page in documents():
        for name in re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)", page.read_text()):
            if name not in targets | later:
                yield f"{page.relative_to(ROOT)}: no target {name}"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "timing.md": timing_page,
    "exit-codes.md": exits_page,
    "api.md": lambda: with_codes((HERE / "api.md").read_text()),
}


def main() -> int:
    stale = []
    for name, make in PAGES.items():
        path, new = HERE / name, make()
        if not path.exists() or path.read_text() != new:
            stale.append(f"docs/reference/{name} is stale: run `make docs`")
            if "--check" not in sys.argv:
                path.write_text(new)
    wrong = [*dead_links(), *missing_tests(), *missing_targets()]
    if "--check" in sys.argv:
        wrong = [*stale, *wrong]
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
