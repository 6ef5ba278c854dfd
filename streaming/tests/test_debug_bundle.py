"""`debug_bundle`: whole where all is well, without one part where that fails, and never with a secret."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from accounts.services import api_key_create
from cctv.logs import JsonFormatter
from streaming.diagnosis import bundle_parts
from streaming.diagnosis.bundle import bundle
from streaming.diagnosis.known_secrets import is_secret, of_rows, settings_shown
from streaming.diagnosis.redaction import Redaction
from streaming.media.ports import MediaError
from streaming.models import Stream
from streaming.tests.steps import watch
from tests.cast import make_account, make_camera, make_user

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = {
    "README.txt", "versions.json", "settings.json", "system_checks.txt", "host.json",
    "check_system.json", "stream_status.json",
    "rows/counts.json", "rows/open.json", "rows/events.json", "rows/requests.json",
    "ports/rooms.json", "ports/ingests.json", "ports/paths.json", "ports/hls_sessions.json", "ports/pushers.json",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_logs(settings):
    settings.LOG_DIR = ""


def opened(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def log(path, message: str) -> None:
    record = logging.LogRecord("streaming.x", logging.ERROR, "f", 1, "%s", (message,), None)
    with path.open("a") as file:
        file.write(JsonFormatter().format(record) + "\n" + message + "\n")


def test_it_holds_every_part_and_the_rows_that_are_open(camera_a, operator_a, memory, work):
    lease = watch(operator_a)
    work()
    found = bundle()
    files = opened(found.data)
    assert (set(files), found.missing) == (WHOLE, {})
    rows = json.loads(files["rows/open.json"])
    assert [(row["camera_id"], row["state"]) for row in rows["streams"]] == [("cam-a", "LIVE")]
    assert [row["id"] for row in rows["leases"]] == [str(lease.pk)]
    assert json.loads(files["ports/pushers.json"])[0]["generation"] == 1
    assert json.loads(files["rows/counts.json"])["streams_by_state"] == {"LIVE": 1}


def test_no_secret_is_in_it_anywhere(memory, db, settings, tmp_path):
    settings.LOG_DIR, settings.LIVEKIT_API_SECRET = str(tmp_path), "livekit-secret-of-this-test"
    key = api_key_create(account=make_account())[1]
    make_camera("cam-b", main_url="rtsp://h/user=x&password=qu3ryPart&y=1", username="u", password='p@ss w0rd/ö"')
    make_camera("cam-c", main_url="rtsp://kim:1nTheUrl@127.0.0.1/x", sub_url="rtsp://h/s?pw=subSecret1")
    watch(make_user("watcher", METRO="operator"), "cam-b")
    Stream.objects.update(whip_url="http://ingress:8080/w/streamKey77")
    database = settings.DATABASES["default"]["PASSWORD"]
    secrets = [key, key.partition(".")[2], settings.SECRET_KEY, settings.LIVEKIT_API_SECRET, database,
               *settings.FIELD_ENCRYPTION_KEYS, "p@ss w0rd/ö\"", quote("p@ss w0rd/ö\"", safe=""), "qu3ryPart",
               "1nTheUrl", "subSecret1", "streamKey77", "bEaReR-of-somebody"]  # fmt: skip
    for secret in secrets:
        log(tmp_path / "web.log", f"it went wrong with {secret}, said rtsp://a:{quote(secret)}@h/x")
    log(tmp_path / "web.log", "Authorization: Bearer bEaReR-of-somebody")
    files = opened(bundle().data)
    assert len(files["logs/web.log"].splitlines()) == 2 * len(secrets) + 2
    leaks = {(name, secret) for name, text in files.items() for secret in secrets if secret in _plain(text)}
    assert leaks <= {("logs/web.log", "bEaReR-of-somebody")}
    assert "Bearer bEaReR" not in files["logs/web.log"]


def _plain(text: str) -> str:
    """As it stands, and as a reader of JSON sees it."""
    return text + text.replace('\\"', '"')


@pytest.mark.parametrize("flag", ["--password", "-password", "--db-password", "--api-token", "--client-secret"])
def test_a_password_beside_its_flag_is_masked(flag):
    text = json.dumps({"command": f"ffmpeg {flag} hunter2x -i file --verbose yes"})
    clean = Redaction([]).clean(text)
    assert json.loads(clean)["command"] == f"ffmpeg {flag} *** -i file --verbose yes"


def test_only_the_keys_of_unfinished_streams_are_opened(camera_a, operator_a, memory, work):
    """Those of ended ones are refused; a year of them made the redaction's pattern endless."""
    watch(operator_a)
    Stream.objects.update(whip_url="http://ingress:8080/w/streamKey77")
    assert "streamKey77" in of_rows()
    Stream.objects.update(state="STOPPED")
    assert "streamKey77" not in of_rows()


def test_what_is_no_secret_stays_readable(camera_a, operator_a, memory, work):
    watch(operator_a)
    work()
    Stream.objects.update(whip_url="http://web:8000/whip/camera_cam-a", ingest_id="camera_cam-a/1")
    files = opened(bundle().data)
    assert json.loads(files["rows/open.json"])["streams"][0]["ingest_id"] == "camera_cam-a/1"
    assert "camera_cam-a_publisher" in files["ports/rooms.json"]


def test_a_log_is_cut_to_its_last_lines(settings, tmp_path, memory, db):
    settings.LOG_DIR = str(tmp_path)
    (tmp_path / "pushers").mkdir()
    (tmp_path / "pushers" / "p.log").write_text("".join(f"line {n}\n" for n in range(1000)))
    lines = opened(bundle().data)["logs/pushers/p.log"].splitlines()
    assert (len(lines), lines[-1]) == (200, "line 999")


def test_a_port_that_is_away_is_missing_and_nothing_else(memory, db):
    memory.fail["list_paths"] = MediaError("gateway_unreachable")
    found = bundle({name: part for name, part in bundle_parts.parts().items() if name.startswith("ports/")})
    assert list(found.missing) == ["ports/paths.json"]
    assert (
        opened(found.data)["ports/paths.json.error.txt"] == "gateway_unreachable: The camera gateway is not reachable."
    )
    assert "ports/pushers.json" in found.written


def test_without_the_database_the_rest_is_written(memory, settings, tmp_path, monkeypatch, db):
    settings.LOG_DIR = str(tmp_path)
    log(tmp_path / "web.log", f"with {settings.SECRET_KEY}")

    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", away)
    found = bundle()
    assert {name for name in found.missing if name.startswith("rows/")} == {name for name in WHOLE if "rows/" in name}
    assert {"versions.json", "settings.json", "host.json", "check_system.json", "logs/web.log"} <= set(found.written)
    files = opened(found.data)
    assert settings.SECRET_KEY not in "".join(files.values())
    assert json.loads(files["check_system.json"])["ok"] is False


def test_every_setting_is_there_and_secrets_only_by_name(settings):
    settings.TURN_SHARED_SECRET = "turn"
    shown = settings_shown()
    assert (shown["TURN_SHARED_SECRET"], shown["SECRET_KEY"], shown["SFU"]) == ("***", "***", settings.SFU)
    assert shown["DATABASES"]["default"]["PASSWORD"] == "***"
    assert shown["DATABASES"]["default"]["NAME"] == settings.DATABASES["default"]["NAME"]
    assert shown["LEASE_SECONDS"] == 45


@pytest.mark.parametrize(
    "name", ["LIVEKIT_API_SECRET", "DATABASE_PASSWORD", "FIELD_ENCRYPTION_KEYS", "SECRET_KEY", "X_TOKEN"]
)
def test_secret_names(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["LEASE_SECONDS", "LIVEKIT_API_URL", "VIEWER_TOKEN_SECONDS", "SFU"])
def test_names_that_hold_no_secret(name):
    assert not is_secret(name)


@pytest.mark.parametrize(
    "text",
    [
        "redis://:hunter22@h:1/0",
        "Authorization: Bearer hunter22",
        "password=hunter22&x=1",
        '"stream_key_token": "hunter22"',
    ],
)
def test_what_looks_like_a_secret_goes_unknown_too(text):
    assert "hunter22" not in Redaction([]).clean(text)


def test_what_is_redacted_stays_json():
    text = json.dumps({"a": "Bearer abcdefgh", "password": "x y", "url": "rtsp://u:p@h/x", "n": 1})
    assert set(json.loads(Redaction(["x y"]).clean(text))) == {"a", "password", "url", "n"}


def test_the_command_writes_a_private_file_and_never_over_another(memory, db, tmp_path, capsys):
    path = tmp_path / "x.zip"
    call_command("debug_bundle", "--output", str(path), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (set(told["written"]) | {"README.txt"}, told["missing"]) == (WHOLE, {})
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError) as refused:
        call_command("debug_bundle", "--output", str(path))
    assert refused.value.returncode == 2


def test_exit_code_1_when_a_part_is_missing(memory, db, tmp_path, capsys, monkeypatch):
    gone = tmp_path / "gone.log"
    monkeypatch.setattr("streaming.diagnosis.log_files.files", lambda: [gone])
    monkeypatch.setattr("streaming.diagnosis.log_files.name", lambda path: path.name)
    with pytest.raises(SystemExit) as ended:
        call_command("debug_bundle", "--output", str(tmp_path / "x.zip"))
    assert ended.value.code == 1
    assert "missing: logs/gone.log: FileNotFoundError" in capsys.readouterr().out
