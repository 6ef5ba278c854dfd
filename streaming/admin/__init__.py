"""The admin of streams, leases and their history: to look at, and to stop or revoke."""

from streaming.admin.history import StreamEventAdmin, StreamRequestAdmin
from streaming.admin.live import ReservationAdmin, StreamAdmin

__all__ = ["ReservationAdmin", "StreamAdmin", "StreamEventAdmin", "StreamRequestAdmin"]
