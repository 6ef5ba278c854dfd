"""The environment that compose gives to our programs passes our own checks, and reaches every service it names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from deploy.compose.stack import ROOT
from deploy.compose.trial import make
from tests.deploy.compose_file import documented, resolved, services

OURS = ["migrate", "web", "worker-tick", "worker-media", "worker-aux", "beat"]


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    root = tmp_path_factory.mktemp("trial")
    shutil.copy(ROOT / ".env.example", root)
    make(root, "192.0.2.7")
    return root


def environment(name, root):
    given = {key: resolved(value, documented()) for key, value in services()[name]["environment"].items()}
    return {key: value.replace("/run/secrets", str(root / "secrets")) for key, value in given.items()}


def test_our_programs_share_one_environment_and_its_secrets():
    found = services()
    assert [name for name in OURS if found[name]["environment"] != found["web"]["environment"]] == []
    assert [name for name in OURS if found[name]["secrets"] != found["web"]["secrets"]] == []


@pytest.mark.parametrize("name", sorted(services()))
def test_a_service_is_given_the_secrets_that_its_environment_names(name):
    named = set(re.findall(r"/run/secrets/(\w+)", str(services()[name].get("environment", {}))))
    assert named <= set(services()[name].get("secrets", []))


def test_it_passes_manage_py_check(trial):
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "cctv.settings", **environment("web", trial)}
    command = [sys.executable, "manage.py", "check", "--tag", "security"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_every_variable_is_a_setting_of_ours(trial):
    known = set(re.findall(r'env\.\w+\(\s*"([A-Z][A-Z0-9_]*)"', (ROOT / "cctv" / "settings.py").read_text()))
    assert {key.removesuffix("_FILE") for key in environment("web", trial)} <= known


def test_every_server_that_a_url_names_is_on_a_network_of_the_one_who_asks(trial):
    found = services()
    for key, value in environment("worker-media", trial).items():
        host = urlsplit(value).hostname if re.match(r"[a-z]+://", value) else None
        if host in found:
            assert set(found[host]["networks"]) & set(found["worker-media"]["networks"]), f"{key}: {host}"


def test_livekit_and_mediamtx_reach_our_webhooks(trial):
    for name in ("livekit", "mediamtx"):
        assert set(services()[name]["networks"]) & set(services()["web"]["networks"])
    assert "web" in environment("web", trial)["ALLOWED_HOSTS"].split(",")


def test_celerys_command_line_finds_no_broker_without_its_password(trial):
    assert "BROKER_URL" not in environment("worker-media", trial)
