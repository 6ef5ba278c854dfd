"""The pages' CSP lets browsers reach the SFU and HLS of the settings, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from cctv.origins import connect_sources

SHOW = "import json; from django.conf import settings as s; print(json.dumps(s.CONTENT_SECURITY_POLICY['DIRECTIVES']))"


def directives(**environment):
    code = f"import django; django.setup(); {SHOW}"
    env = {**os.environ, **environment}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=30, check=True)
    return json.loads(said.stdout)


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        ("wss://live.example.com", ["https://live.example.com", "wss://live.example.com"]),
        ("ws://127.0.0.1:7880/x", ["http://127.0.0.1:7880", "ws://127.0.0.1:7880"]),
        ("https://user:secret@hls.example.com:8443/", ["https://hls.example.com:8443", "wss://hls.example.com:8443"]),
        ("rtsp://camera", []),
        ("/hls", []),
        ("", []),
    ],
)
def test_both_ways_to_a_host_are_sources(url, sources):
    assert connect_sources(url) == sources


def test_the_policy_names_livekit_and_hls():
    told = directives(SFU="livekit", LIVEKIT_PUBLIC_URL="wss://sfu.test", HLS_PUBLIC_BASE_URL="https://hls.test")
    assert {"https://sfu.test", "wss://sfu.test", "https://hls.test"} <= set(told["connect-src"])
    assert "https://hls.test" in told["media-src"]
    assert "https://sfu.test" not in told["media-src"]


def test_the_policy_names_no_livekit_where_there_is_none():
    told = directives(SFU="janus", LIVEKIT_PUBLIC_URL="wss://sfu.test", HLS_PUBLIC_BASE_URL="")
    assert "wss://sfu.test" not in told["connect-src"]
