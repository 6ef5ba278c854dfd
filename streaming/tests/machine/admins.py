"""What administrators do meanwhile: revoke, stop, edit, switch off, move, archive, change limits."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from cameras.models import Camera
from cameras.services import agency_update, camera_archive, camera_restore, camera_update
from quotas.services import agency_limit_set
from streaming.models import Reservation, Stream
from streaming.services.releasing import revoke, stream_stop
from streaming.states import OPEN
from streaming.tests.machine.base import Base
from streaming.tests.machine.people import cameras, which


class Admins(Base):
    @precondition(lambda self: self.leases)
    @rule(at=which)
    def revoke(self, at: int) -> None:
        lease = Reservation.objects.get(pk=self.lease(at)[0])
        revoke(by=self.cast.admin, reservation=lease)
        assert Reservation.objects.get(pk=lease.pk).state != "ACTIVE"

    @rule(camera_id=cameras)
    def stop_stream(self, camera_id: str) -> None:
        for stream in Stream.objects.filter(camera__camera_id=camera_id, state__in=OPEN):
            assert stream_stop(by=self.cast.admin, stream=stream)

    @rule(camera_id=cameras)
    def edit_source(self, camera_id: str) -> None:
        self.sources += 1
        camera_update(camera=self.camera(camera_id), main_url=f"rtsp://127.0.0.1:8554/{self.sources}")

    @rule(camera_id=cameras, enabled=st.booleans())
    def switch_camera(self, camera_id: str, enabled: bool) -> None:
        camera_update(camera=self.camera(camera_id), enabled=enabled)

    @rule(camera_id=cameras, to=which)
    def move_camera(self, camera_id: str, to: int) -> None:
        camera_update(camera=self.camera(camera_id), agency=self.agency(to))

    @rule(camera_id=cameras, back=st.booleans())
    def archive_camera(self, camera_id: str, back: bool) -> None:
        (camera_restore if back else camera_archive)(camera=self.camera(camera_id))

    @rule(at=which, enabled=st.booleans())
    def switch_agency(self, at: int, enabled: bool) -> None:
        agency_update(agency=self.agency(at), enabled=enabled)

    @rule(at=which, limit=st.integers(0, 3))
    def change_limit(self, at: int, limit: int) -> None:
        """Kills nobody, however low."""
        before = self.active()
        agency_limit_set(agency=self.agency(at), cameras=limit)
        assert self.active() == before

    def camera(self, camera_id: str) -> Camera:
        return Camera.objects.get(camera_id=camera_id)
