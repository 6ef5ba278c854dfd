"""A real Docker engine, and what the contract of the runners needs to know about it.

The engine of DOCKER_HOST where one is set; a test that breaks its engine has one of its own (`dockerd`, as root).
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import docker
import requests
from docker.errors import APIError, DockerException, NotFound
from docker.types import ContainerSpec, TaskTemplate
from pytest_django import Settings

from deploy.local import processes
from deploy.local.processes import Process
from streaming.media.docker_pushers import DockerPushers
from streaming.media.ports import PusherRunner
from streaming.media.swarm_pushers import SwarmPushers

INSTANCE = "contract-docker"
PREFIX = "whip-pusher-cam-001-test"
IMAGE = "cctv-contract"
INIT = "docker-init"
APPLETS = ("sh", "sleep", "wc", "test", "true", "cat", "tail", "head")


def met(env: dict[str, str] | None = None) -> bool:
    """Whether a real engine answers here."""
    host = (os.environ if env is None else env).get("DOCKER_HOST")
    if not host or shutil.which("busybox") is None:
        return False
    with suppress(DockerException, requests.RequestException):
        return bool(docker.APIClient(base_url=host, timeout=5, version="auto").ping())
    return False


def own_engine_possible() -> bool:
    return (
        os.geteuid() == 0
        and shutil.which("dockerd") is not None
        and shutil.which("unshare") is not None
        and shutil.which("busybox") is not None
    )


def layer() -> bytes:
    """A root file system of busybox alone, with the folder where secrets are mounted."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.add(shutil.which("busybox") or "busybox", "bin/busybox")
        for applet in APPLETS:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        for folder in ("tmp", "run", "run/secrets", "proc", "dev", "sys", "etc"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
    return buffer.getvalue()


class DockerHarness:
    """Pushers as containers of an image of busybox, on the engine of DOCKER_HOST."""

    network = "bridge"
    stop_seconds = 4.0
    refuses_at_start = False  # the container's init starts, and only then finds that there is no program

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = self.engine()
        self.api = docker.APIClient(base_url=self.host, timeout=30, version="auto")
        self._images: dict[tuple[str, ...], str] = {}

    def engine(self) -> str:
        return os.environ["DOCKER_HOST"]

    def configure(self, settings: Settings) -> None:
        settings.DOCKER_HOST = self.host
        settings.INSTANCE_ID = INSTANCE
        settings.NAME_SUFFIX = ""
        settings.PUSHER_NETWORK = self.network
        settings.MEDIA_CALL_TIMEOUT = 10.0

    def runner(self) -> PusherRunner:
        return DockerPushers()

    def program(self, settings: Settings, *words: str) -> None:
        if words not in self._images:
            name = f"{len(self._images)}-{os.getpid()}"
            change = f"ENTRYPOINT {json.dumps(list(words))}"
            answer = self.api.import_image_from_data(layer(), repository=IMAGE, tag=name, changes=[change])
            assert "error" not in str(answer).lower(), answer
            self._images[words] = f"{IMAGE}:{name}"
        settings.PUSHER_IMAGE = self._images[words]

    def containers(self) -> list[dict[str, Any]]:
        found = self.api.containers(all=True, filters={"name": PREFIX})
        return [row for row in found if any(name.startswith(f"/{PREFIX}") for name in row["Names"])]

    def alive(self) -> list[Process]:
        found = []
        for row in self.containers():
            with suppress(APIError):  # it ended meanwhile
                rows = self.api.top(row["Id"], "-eo pid,comm")["Processes"] or []
                found += [processes.lookup(int(pid)) for pid, comm, *_ in rows if comm != INIT]
        return sorted(process for process in found if process is not None)

    def occupy(self, name: str) -> None:
        made = self.api.create_container(self._any_image(), name=name, command=[], entrypoint=["/bin/sleep", "1000"])
        self.api.start(made["Id"])

    def _any_image(self) -> str:
        return next(iter(self._images.values()))

    def shown(self, name: str) -> str:
        logs = self.api.logs(name).decode(errors="replace")
        return (
            json.dumps([self.api.inspect_container(name), self.containers(), self.api.inspect_image(self._any_image())])
            + logs
        )

    def left_behind(self) -> list[str]:
        """Containers, and volumes that belong to none."""
        volumes = self.api.volumes(filters={"dangling": True})["Volumes"] or []
        return sorted([row["Names"][0] for row in self.containers()] + [row["Name"] for row in volumes])

    def break_down(self) -> None:
        raise NotImplementedError("the engine of DOCKER_HOST is everybody's")

    hang = repair = break_down

    def clear(self) -> None:
        for row in self.containers():
            with suppress(NotFound):
                self.api.remove_container(row["Id"], v=True, force=True)

    def close(self) -> None:
        self.clear()
        for tag in self._images.values():
            with suppress(APIError):
                self.api.remove_image(tag, force=True)
        self.api.close()


class OwnDockerHarness(DockerHarness):
    """An engine of the test's own, to kill and to hold, in a network namespace of its own: it disturbs no other."""

    network = "none"

    def engine(self) -> str:
        self._daemon: subprocess.Popen[bytes] | None = None
        self.start()
        return self._host()

    def _host(self) -> str:
        return f"unix://{self.folder}/docker.sock"

    def start(self) -> None:
        place = self.folder
        flags = ["--data-root", f"{place}/data", "--exec-root", f"{place}/exec", "--pidfile", f"{place}/dockerd.pid"]
        apart = ["--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"]
        for stale in (place / "dockerd.pid", place / "exec" / "containerd" / "containerd.pid"):
            stale.unlink(missing_ok=True)
        with (place / "dockerd.log").open("ab") as log:
            # An engine without a bridge removes docker0, which is another engine's where both see one network.
            own = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "engine"]
            command = [*own, "dockerd", "-H", self._host(), *flags, *apart]
            self._daemon = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        until(self._answers, "the engine answers")

    def _answers(self) -> bool:
        assert self._daemon is not None
        assert self._daemon.poll() is None, (self.folder / "dockerd.log").read_text()[-2000:]
        with suppress(DockerException, requests.RequestException):
            client = docker.APIClient(base_url=self._host(), timeout=2, version="auto")
            return bool(client.ping())
        return False

    def break_down(self) -> None:
        """Engine and containerd are killed; what runs is ended by the engine's next start, as it does after a crash."""
        assert self._daemon is not None
        below = processes.descendants(self._daemon.pid)
        self._daemon.kill()
        self._daemon.wait(10)
        processes.end(below, grace=1)
        self._daemon = None

    def hang(self) -> None:
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def repair(self) -> None:
        self.start()

    def close(self) -> None:
        """Ended in good order, so that no mount and no shim is left."""
        if self._daemon is None:
            self.start()
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGCONT)
        until(self._answers, "the engine answers again")
        super().close()
        self._daemon.terminate()
        self._daemon.wait(30)
        # A killed engine leaves mounts that the next one does not know.
        for line in reversed(Path("/proc/mounts").read_text().splitlines()):
            if (at := line.split()[1]).startswith(f"{self.folder}/"):
                subprocess.run(["umount", "--lazy", at], check=True, timeout=10)


class SwarmHarness(OwnDockerHarness):
    """A Swarm of one node, in an engine of its own."""

    network = "host"
    stop_seconds = 15.0  # measured: 6; a node tells its manager late. In production the beat stops it again meanwhile

    def engine(self) -> str:
        host = super().engine()
        self.swarm()
        return host

    def swarm(self) -> None:
        client = docker.APIClient(base_url=self._host(), timeout=30, version="auto")
        with suppress(APIError):  # it is one already
            client.init_swarm("127.0.0.1", "127.0.0.1:2377")
        until(lambda: client.nodes()[0]["Status"]["State"] == "ready", "the node is ready")
        client.close()

    def runner(self) -> PusherRunner:
        return SwarmPushers()

    def set_availability(self, word: str) -> None:
        """active, or drain: the node gives its tasks back."""
        (node,) = self.api.nodes()
        spec: Any = {**node["Spec"], "Availability": word}
        self.api.update_node(node["ID"], node["Version"]["Index"], spec)

    def services(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.services()
        return found

    def occupy(self, name: str) -> None:
        container = ContainerSpec(self._any_image(), command=["/bin/sleep", "1000"])
        self.api.create_service(TaskTemplate(container), name=name)
        until(lambda: len(self.alive()) == 1, "the stranger runs")

    def shown(self, name: str) -> str:
        tasks = self.api.tasks(filters={"service": name})
        containers = [self.api.inspect_container(row["Id"]) for row in self.containers()]
        return json.dumps([self.api.inspect_service(name), tasks, containers, self.api.secrets()])

    def left_behind(self) -> list[str]:
        names = [service["Spec"]["Name"] for service in self.services()]
        return sorted(names + [secret["Spec"]["Name"] for secret in self.api.secrets()])

    def clear(self) -> None:
        for service in self.services():
            self.api.remove_service(service["ID"])
        for secret in self.api.secrets():
            self.api.remove_secret(secret["ID"])
        until(lambda: not self.alive(), "no pusher is left")


def until(holds: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def runners() -> dict[str, type[DockerHarness]]:
    """By name, those whose engine is met here."""
    own: dict[str, type[DockerHarness]] = {"swarm": SwarmHarness} if met() and own_engine_possible() else {}
    return {"docker": DockerHarness, **own} if met() else {}


def mortals() -> dict[str, type[DockerHarness]]:
    return {"docker": OwnDockerHarness} if met() and own_engine_possible() else {}
