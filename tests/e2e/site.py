"""The whole demo as a test's subject: started by its own commands, asked over HTTP, hurt by pid."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import docker
import httpx

from deploy.local.choice import Choice
from tests.e2e.docker_door import DockerDoor

REPO = Path(__file__).resolve().parents[2]
# What the plane's ports list, as JSON: asked of the adapters themselves, in a process of its own.
WORLD = """
import json
from streaming.media.plane import plane
p = plane()
rooms = p.sfu.list_rooms()
print(json.dumps({
    "pushers": [[s.camera_id, s.generation, s.running] for s in p.runner.list()],
    "ingests": [[i.camera_id, i.generation] for i in p.sfu.list_ingests()],
    "rooms": {r: [[q.identity, q.publishing] for q in p.sfu.participants(r)] for r in rooms},
    "paths": p.gateway.list_paths(),
}))
"""


def eventually(check: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first truthy answer of `check` within `seconds`; a failure names what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(httpx.TransportError):  # the web server itself may be what was killed
            if answer := check():
                return answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


@dataclass
class Site:
    data: Path
    url: str
    username: str
    password: str
    api_key: str
    plane: Choice = field(default_factory=Choice)
    docker: DockerDoor | None = None

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        limits = httpx.Limits(max_connections=64)
        self.api = httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=20, limits=limits)

    def stack(self, *args: str) -> str:
        command = [sys.executable, "-m", "deploy.local", *args, "--data", str(self.data)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300, cwd=REPO).stdout

    def environment(self) -> dict[str, str]:
        lines = self.stack("env").splitlines()
        pairs = (line.removeprefix("export ").partition("=") for line in lines)
        return {**os.environ, **{name: value.strip("'") for name, _, value in pairs}}

    def shell(self, code: str) -> str:
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, cwd=REPO, env=self.environment(), check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def world(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.shell(WORLD).splitlines()[-1])
        return answer

    def reserve(self, camera_id: str, **more: Any) -> httpx.Response:
        return self.api.post("/stream/reserve", json={"camera_id": camera_id, **more})

    def release(self, reservation: dict[str, Any]) -> None:
        assert self.api.delete(f"/stream/release/{reservation['reservation_id']}").status_code == 204

    def stats(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.api.get("/stream/stats").json()
        return answer

    def stream(self, camera_id: str) -> dict[str, Any]:
        """The newest life of the camera's stream."""
        row: dict[str, Any] = self.api.get("/streams", params={"camera_id": camera_id, "limit": 1}).json()["results"][0]
        return row

    def wait_state(self, camera_id: str, state: str, seconds: float) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            row = self.stream(camera_id)
            return row if row["state"] == state else None

        found: dict[str, Any] = eventually(there, seconds, f"{camera_id} {state}")
        return found

    def wait_empty(self, seconds: float) -> None:
        """No viewer, and every stream ended: which is said only of what was verified gone."""

        def gone() -> bool:
            left = self.api.get("/streams", params={"limit": 50}).json()["results"]
            return self.stats()["total_viewers"] == 0 and all(r["state"] in {"STOPPED", "FAILED"} for r in left)

        eventually(gone, seconds, "everything torn down")

    def supervisor(self, *words: str) -> str:
        """supervisorctl on the stack's own socket."""
        socket = self.environment()["SUPERVISOR_SOCKET"]
        command = [str(Path(sys.executable).parent / "supervisorctl"), "-s", f"unix://{socket}", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout

    def pid(self, program: str) -> int:
        """Of one of supervisord's programs."""
        return int(self.supervisor("pid", program))

    def kill_pusher(self, camera_id: str) -> None:
        """Without a word, however it runs."""
        name = f"whip-pusher-{camera_id}"
        if self.docker is None:
            os.kill(self.pid(name), signal.SIGKILL)
            return
        with closing(docker.DockerClient(self.docker.url)) as client:
            client.containers.get(f"{name}-e2e").kill()


@contextmanager
def running(data: Path, *args: str, **environment: str) -> Iterator[Site]:
    """The demo under `data`, on free ports, up for as long as the block lasts."""
    from dataclasses import asdict

    from deploy.local.ports import free_ports, setting

    ports = {setting(name): str(port) for name, port in asdict(free_ports()).items()}
    outer = {name: value for name, value in os.environ.items() if not _of_the_test_stack(name)}
    lock = _lock(data)
    # From nothing each time: what an earlier version left must not help, nor harm.
    subprocess.run([sys.executable, "-m", "deploy.local", "clean", "--data", str(data)], check=True, cwd=REPO)
    command = [sys.executable, "-m", "deploy.local", "up", "--data", str(data), *args]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=REPO,
        env=outer | ports | environment,
        check=False,
    )
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield Site(data=data, **json.loads(done.stdout.splitlines()[-1]))
    finally:
        down = [sys.executable, "-m", "deploy.local", "down", "--data", str(data)]
        subprocess.run(down, check=True, timeout=60, cwd=REPO)
        lock.close()


def _lock(data: Path) -> IO[str]:
    """Held until it is closed: a second run here would begin by ending the first one's demo."""
    data.parent.mkdir(parents=True, exist_ok=True)
    file = data.with_name(f"{data.name}.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AssertionError(f"another test run uses {data}") from None
    return file


def _of_the_test_stack(name: str) -> bool:
    """The variables by which the test run points at its own PostgreSQL and Redis."""
    from deploy.local import environment

    return name.removesuffix("_FILE") in environment._known_settings() or name == "DJANGO_SETTINGS_MODULE"
