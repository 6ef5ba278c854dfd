"""Where the files of one local stack are. Everything lies under its data dir, where the system lets it."""

from __future__ import annotations

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError

REPO = Path(__file__).resolve().parents[2]
# sun_path holds 108 bytes, and supervisord first binds `<name>.<pid>`.
SOCKET_PATH_MAX = 92


@dataclass(frozen=True)
class Layout:
    """Paths of the stack in `data`, an absolute path."""

    data: Path

    @classmethod
    def at(cls, data: str | Path) -> Layout:
        return cls(Path(data).resolve())

    @property
    def key(self) -> str:
        """A short name for this data dir, for the few things that cannot lie in it."""
        return hashlib.sha256(str(self.data).encode()).hexdigest()[:12]

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets"

    @property
    def apps(self) -> Path:
        """Programs that need a migrated database; supervisord includes the folder."""
        return self.run / "apps"

    @property
    def pushers(self) -> Path:
        """Programs that SupervisorPushers writes; supervisord includes the folder."""
        return self.run / "pushers"

    @property
    def hls(self) -> Path:
        return self.data / "hls"

    @property
    def static(self) -> Path:
        return self.data / "staticfiles"

    @property
    def janus(self) -> Path:
        return self.data / "janus"

    @property
    def redis(self) -> Path:
        return self.data / "redis"

    @property
    def postgres(self) -> Path:
        """The cluster. Beside the data dir of Debian's own where `postgres` may not walk to ours (a home is 0700)."""
        inside = self.data / "postgres"
        if os.geteuid() != 0 or _walkable(self.data):
            return inside
        return Path(pwd.getpwnam("postgres").pw_dir) / f"cctv-{self.key}"

    @property
    def socket(self) -> Path:
        inside = self.run / "supervisor.sock"
        if len(str(inside)) <= SOCKET_PATH_MAX:
            return inside
        return Path("/tmp") / f"cctv-{self.key}" / "supervisor.sock"  # noqa: S108 - made 0700 and owned by us

    @property
    def supervisord_conf(self) -> Path:
        return self.run / "supervisord.conf"

    @property
    def keeper(self) -> Path:
        """Who keeps this stack: pid and start time."""
        return self.run / "keeper.json"

    @property
    def children(self) -> Path:
        """What the keeper last saw running below it."""
        return self.run / "children.json"

    def log_file(self, program: str) -> Path:
        return self.log / f"{program}.log"

    def make(self) -> None:
        """Make the folders. Only the data dir itself is open to walk through, for PostgreSQL's user."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o711)
        folders = (self.run, self.secrets, self.apps, self.pushers, self.socket.parent, self.log, self.redis)
        for folder in (*folders, self.log / "pushers", self.hls, self.static, self.janus):
            folder.mkdir(mode=0o700, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                raise StackError(f"{folder} belongs to somebody else.")
            folder.chmod(0o700)


def _walkable(folder: Path) -> bool:
    """Whether everybody may walk from / to `folder`, which need not be there yet."""
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists())
