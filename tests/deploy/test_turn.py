"""coturn with deploy/turnserver.conf relays to the SFU, for who has a reservation's credential, and nowhere else."""

from __future__ import annotations

import os
import socket
import ssl
import time
from contextlib import ExitStack, closing

import pytest

from deploy.compose.trial import certificate
from streaming.media import turn
from tests.contract.real_servers import free_port
from tests.deploy.servers import DEPLOY, running
from tests.deploy.turn_client import Client

SFU, POSTGRES, REDIS = "127.0.0.1", "127.0.0.2", "127.0.0.3"
SECRET = "a shared secret, with a blank"
QUOTA = 12
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    """(plain, TLS)"""
    folder = tmp_path_factory.mktemp("turn")
    (folder / "turn_shared_secret").write_text(SECRET + "\n")
    (folder / "site_pem").write_text(certificate(["localhost"]))
    pem, port, tls = str(folder / "site_pem"), free_port(), free_port()
    names = {"tls-listening-port": tls, "listening-ip": SFU, "relay-ip": SFU, "cert": pem, "pkey": pem}
    # Loopback stands for the network of the SFU and the databases, which the option refuses as a whole.
    flags = [f"--{name}={value}" for name, value in names.items()] + ["--allow-loopback-peers"]
    env = {**os.environ, "SECRETS_DIR": str(folder), "RUN_DIR": str(folder), "TURN_PEERS": SFU, "NODE_IP": ""}
    env["TURN_CONF"] = str(DEPLOY / "turnserver.conf")
    command = ["sh", str(DEPLOY / "turn.sh"), f"--listening-port={port}", f"--pidfile={folder}/pid", *flags]
    with running(command, env=env, log=folder / "log", port=port):
        yield port, tls


@pytest.fixture
def clients(ports, settings):
    port, _ = ports
    settings.TURN_URLS, settings.TURN_SHARED_SECRET = [f"turn:127.0.0.1:{port}?transport=udp"], SECRET
    with ExitStack() as opened:
        yield lambda username, password: opened.enter_context(closing(Client(port, username, password)))


@pytest.fixture
def viewer(clients):
    (server,) = turn.ice_servers("reservation")
    client = clients(server["username"], server["credential"])
    assert client.allocate() == 0
    return client


def test_a_reservations_credential_relays_to_the_sfu(viewer):
    assert viewer.permit(SFU) == 0


@pytest.mark.parametrize("address", [POSTGRES, REDIS, "10.0.0.1", "192.0.2.1", "224.0.0.1"])
def test_a_relay_to_anything_else_is_refused(viewer, address):
    assert viewer.permit(address) == 403


def test_an_expired_credential_is_refused(clients):
    username = f"{int(time.time()) - 1}:reservation"
    assert clients(username, turn.credential(username)).allocate() == 401


def test_a_credential_with_a_later_end_than_was_signed_is_refused(clients):
    (server,) = turn.ice_servers("reservation")
    later = f"{int(time.time()) + 999_999}:reservation"
    assert clients(later, server["credential"]).allocate() == 401


def test_one_reservation_has_a_quota_of_allocations(clients):
    (server,) = turn.ice_servers("greedy")
    codes = [clients(server["username"], server["credential"]).allocate() for _ in range(QUOTA + 1)]
    assert codes == [0] * QUOTA + [486]


def test_tls_is_spoken_with_the_sites_certificate(ports):
    context = ssl._create_unverified_context()  # noqa: S323  # self-signed
    with context.wrap_socket(socket.create_connection(("127.0.0.1", ports[1]), 5), server_hostname="localhost") as wire:
        assert wire.version() in {"TLSv1.2", "TLSv1.3"}
