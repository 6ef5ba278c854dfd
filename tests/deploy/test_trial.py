"""`make certs` makes all that `docker compose up` needs, once."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess

import pytest
from cryptography.fernet import Fernet

from deploy.compose.stack import ROOT, load
from deploy.compose.trial import make
from tests.deploy.compose_file import documented


@pytest.fixture
def root(tmp_path):
    shutil.copy(ROOT / ".env.example", tmp_path)
    make(tmp_path, "192.0.2.7")
    return tmp_path


def test_every_secret_of_compose_is_made(root):
    assert {f"./secrets/{path.name}" for path in (root / "secrets").iterdir()} == {
        one["file"] for one in load()["secrets"].values()
    }


def test_other_users_do_not_reach_them(root):
    assert (root / "secrets").stat().st_mode & 0o777 == 0o700
    assert (root / ".env").stat().st_mode & 0o777 == 0o600


def test_programs_with_users_of_their_own_can_read_what_is_mounted(root):
    assert {path.stat().st_mode & 0o777 for path in (root / "secrets").iterdir()} == {0o444}


def test_no_secret_is_in_env(root):
    text = (root / ".env").read_text()
    assert not [path.name for path in (root / "secrets").iterdir() if path.read_text().strip() in text]


def test_the_second_time_changes_nothing(root):
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert make(root, "192.0.2.8") == []
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_env_is_the_example_with_this_hosts_address_and_cores(root):
    made = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", (root / ".env").read_text()))
    assert made == {**documented(), "NODE_IP": "192.0.2.7", "LIVEKIT_CPUS": str(min(4, os.cpu_count() or 1))}


def test_the_certificate_is_for_the_site_and_its_key_fits(root):
    pem = root / "secrets" / "site_pem"
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(pem)
    shown = subprocess.run(
        ["openssl", "x509", "-in", str(pem), "-noout", "-ext", "subjectAltName"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "DNS:localhost" in shown.stdout
    assert "IP Address:192.0.2.7" in shown.stdout


def test_the_keys_are_of_the_kind_that_is_wanted(root):
    Fernet((root / "secrets" / "field_encryption_keys").read_text().strip())
    # LiveKit warns of a secret shorter than this.
    assert len((root / "secrets" / "livekit_api_secret").read_text().strip()) >= 32
