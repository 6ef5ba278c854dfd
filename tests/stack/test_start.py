"""Starting a local stack: clear errors before anything runs, private secrets, a quick second time."""

from __future__ import annotations

import socket
from dataclasses import replace

import psycopg
import pytest

from deploy.local import keeper, ports, stack
from deploy.local.environment import environment, for_programs
from deploy.local.errors import StackError
from deploy.local.layout import Layout
from deploy.local.secret_files import SECRETS, read_secret, secret_path
from deploy.local.stack import Stack

pytestmark = pytest.mark.slow


def test_a_taken_port_is_named_with_its_setting_and_nothing_starts(small: Stack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        here = Stack(small.layout, replace(small.ports, redis=taken))
        with pytest.raises(StackError, match=rf"port {taken} is taken.*DEMO_REDIS_PORT"):
            stack.start_services(here, ("redis",))
    assert keeper.running(small.layout) is None
    assert not small.layout.data.exists()


def test_a_port_that_is_no_number_is_named() -> None:
    with pytest.raises(StackError, match="DEMO_PORT=eighty"):
        ports.from_environment({"DEMO_PORT": "eighty"})


def test_ports_count_from_a_base_and_single_ones_may_differ() -> None:
    found = ports.from_environment({"DEMO_PORTS_BASE": "30000", "DEMO_PORT": "8123"})
    assert (found.web, found.postgres, found.cameras) == (8123, 30001, 30005)


def test_every_secret_is_in_a_private_file_and_stays_the_same(running: Stack) -> None:
    first = {name: read_secret(running.layout, name) for name in SECRETS}
    assert len(set(first.values())) == len(SECRETS)
    for name in SECRETS:
        assert secret_path(running.layout, name).stat().st_mode & 0o777 == 0o600
    stack.initialise(running, ("redis",))
    assert {name: read_secret(running.layout, name) for name in SECRETS} == first


def test_no_secret_is_in_the_environment_or_in_a_command_line(running: Stack) -> None:
    shown = str(environment(running.layout, running.ports)) + running.layout.supervisord_conf.read_text()
    assert [name for name in SECRETS if read_secret(running.layout, name) in shown] == []


def test_settings_of_the_shell_reach_programs_but_secrets_do_not(running: Stack) -> None:
    shell = {"DRAIN_SECONDS": "1", "SECRET_KEY": "from-the-shell", "UNRELATED": "x", "DATABASE_URL": "elsewhere"}
    found = for_programs(running.layout, running.ports, shell)
    assert found["DRAIN_SECONDS"] == "1"
    assert {"SECRET_KEY", "UNRELATED"} & set(found) == set()
    assert found["DATABASE_URL"] != "elsewhere"


def test_a_service_that_does_not_come_up_is_named_with_its_log(small: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.readiness.SERVICE_SECONDS", 1.0)
    monkeypatch.setattr("deploy.local.redis_server.command", lambda layout: ["/bin/sh", "-c", "echo no memory; exit 1"])
    with pytest.raises(StackError, match=r"Redis on 127\.0\.0\.1:\d+ does not answer.*redis\.log"):
        stack.start_services(small, ("redis",), follow=True)


def test_the_second_start_of_postgresql_takes_the_cluster_that_is_there(small: Stack) -> None:
    stack.start_services(small, ("postgres",), follow=True)
    made = (small.layout.postgres / "cctv-ready").stat().st_mtime_ns
    stack.stop(small.layout)
    stack.start_services(small, ("postgres",), follow=True)
    assert (small.layout.postgres / "cctv-ready").stat().st_mtime_ns == made


def test_postgresql_lets_only_the_password_in(local_stack: Stack) -> None:
    where = f"host=127.0.0.1 port={local_stack.ports.postgres} dbname=cctv connect_timeout=3"
    for user, password in (("cctv", "wrong"), ("postgres", ""), ("postgres", "postgres")):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(where, user=user, password=password)


def test_a_folder_of_somebody_else_is_refused(small: Stack) -> None:
    small.layout.data.mkdir(parents=True)
    (small.layout.data / "elsewhere").mkdir()
    small.layout.run.symlink_to(small.layout.data / "elsewhere")
    with pytest.raises(StackError, match="belongs to somebody else"):
        small.layout.make()


def test_a_deep_folder_still_has_a_socket_of_bearable_length() -> None:
    assert len(str(Layout.at("/srv/" + "deep/" * 40).socket)) < 100
