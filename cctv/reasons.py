"""What each code says to a person, in the reader's language. Prose is never stored (DESIGN §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cctv.digits import shown

REASONS: dict[str, str] = {
    # admission
    "camera_not_found": _("There is no such camera, or you may not see it."),
    "watch_not_allowed": _("Your role does not allow watching live video."),
    "camera_disabled": _("This camera is switched off."),
    "camera_archived": _("This camera was removed."),
    "agency_disabled": _("This camera's agency is switched off."),
    "camera_not_configured": _("This camera has no source set."),
    "stream_at_capacity": _("This camera has its full number of viewers (%(limit)s)."),
    "viewer_limit_reached": _("You are watching %(used)s cameras, the most you may (%(limit)s)."),
    "agency_limit_reached": _("%(agency)s has %(used)s of its %(limit)s cameras in use."),
    "system_limit_reached": _("The system has %(used)s of its %(limit)s cameras in use."),
    "busy": _("The system is busy; please try again."),
    # leases
    "reservation_not_found": _("There is no such reservation."),
    "reservation_ended": _("This reservation has ended."),
    "several_reservations": _("You hold several reservations of this camera; say which one."),
    "released": _("Viewing has ended."),
    "expired": _("The viewer was not heard from and its place was given back."),
    "access_lost": _("You may no longer watch this camera."),
    "revoked": _("An administrator ended this viewing."),
    "user_mismatch": _("You can only reserve for yourself."),
    # streams
    "last_viewer_left": _("The last viewer left."),
    "no_viewers": _("Nobody watches this camera."),
    "joined": _("A viewer came."),
    "started": _("The camera is being started."),
    "live": _("Live."),
    "retrying": _("Starting again."),
    "yielded": _("Made room for another camera of its agency."),
    "stopped_by_admin": _("An administrator stopped this stream."),
    "reset": _("An administrator reset this stream."),
    "source_changed": _("The camera's source was changed."),
    "source_unreachable": _("The camera does not answer."),
    "source_unauthorised": _("The camera refuses our user name or password."),
    "source_not_video": _("The source sends no video."),
    "source_stalled": _("The camera stopped sending."),
    "source_undecryptable": _("The camera's credentials cannot be read with the keys we have."),
    "source_away": _("The camera has been away too long."),
    "codec_refused": _("The camera's video format cannot be shown."),
    "camera_offline": _("The camera is offline."),
    "whip_refused": _("The media server refused the stream."),
    "whip_unauthorised": _("The media server did not accept the stream's key."),
    "sfu_gone": _("The media server is not reachable."),
    "sfu_unreachable": _("The media server is not reachable."),
    "sfu_refused": _("The media server refused."),
    "sfu_unauthorised": _("The media server does not accept our key."),
    "runner_unreachable": _("The pusher's runner is not reachable."),
    "runner_busy": _("The pusher's runner is busy."),
    "runner_refused": _("The pusher's runner refused."),
    "runner_files": _("The pusher's files could not be written."),
    "pusher_not_gone": _("The pusher could not be stopped yet."),
    "pusher_not_startable": _("The pusher could not be started."),
    "bad_pusher_setting": _("A setting of the pusher cannot be used."),
    "hls_dir_unwritable": _("The folder for HLS cannot be written."),
    "path_not_gone": _("The camera's path could not be removed yet."),
    "bad_path_name": _("The camera's path has no valid name."),
    "not_gone": _("Not everything is torn down yet."),
    "runner_restarted": _("The pusher's runner was started anew."),
    "never_started": _("The pusher was never started."),
    "oom_killed": _("The stream's pusher needed more memory than it may have."),
    "over_memory": _("The stream's pusher needed more memory than it may have."),
    "pusher_image_missing": _("The pusher's image is not there."),
    "runner_network_absent": _("The network of the pushers is not there."),
    "runner_disk_full": _("The disk of the pushers' engine is full."),
    "no_node_for_pusher": _("No node of the Swarm can take the pusher."),
    "taken_off_node": _("The pusher was taken off its node."),
    "killed_by_signal": _("The stream's pusher was killed."),
    "not_startable": _("The pusher could not be started."),
    "gateway_unreachable": _("The camera gateway is not reachable."),
    "gateway_refused": _("The camera gateway refused."),
    "path_gone": _("The camera's path in the gateway is gone."),
    "name_taken": _("The stream's name is taken by something that is not ours."),
    "superseded": _("A newer start of this stream has taken over."),
    "bring_up_timeout": _("The camera did not start in time."),
    "pusher_gone": _("The stream's pusher ended."),
    "pusher_lost": _("The stream's pusher disappeared."),
    "publisher_lost": _("The stream left the media server."),
    "pusher_twice": _("The stream had a second pusher."),
    "ingest_lost": _("The stream's entry to the media server is gone."),
    "internal": _("Something went wrong inside."),
    "rtsp_url_missing": _("The pusher was started without a source."),
    "stream_not_live": _("The camera is not live yet."),
    "bad_sdp": _("The session description is not valid."),
    "room_gone": _("The camera's room in the media server is gone."),
    "peer_gone": _("The connection to the media server is gone."),
    "wrong_transport": _("This viewing does not use that way of transport."),
    "snapshot_not_available": _("There is no picture of this camera yet."),
    "hls_not_ready": _("The picture is being prepared."),
    "token_invalid": _("This link has expired or is not valid."),
    # walls
    "wall_not_found": _("There is no such wall, or you may not see it."),
    "wall_not_yours": _("You may watch this wall, but not change it."),
    "wall_changed": _("Somebody else changed this wall in the meantime."),
    "too_many_tiles": _("A wall may have %(limit)s tiles at most (setting %(setting)s)."),
    # requests
    "not_authenticated": _("Please log in."),
    "invalid_credentials": _("The credentials are not valid."),
    "invalid_api_key": _("The API key is not valid."),
    "csrf_failed": _("The request could not be verified; please reload the page."),
    "forbidden": _("You may not do this."),
    "agency_forbidden": _("You may not manage this agency."),
    "not_found": _("Not found."),
    "method_not_allowed": _("This method is not allowed here."),
    "unsupported_media_type": _("Please send JSON."),
    "malformed": _("The request is not valid JSON."),
    "invalid": _("Some values are not valid."),
    "too_large": _("The request is too large."),
    "webhook_unauthorised": _("The webhook was not signed with our key."),
    "bad_webhook": _("The webhook is too old or cannot be read."),
    "throttled": _("Too many requests."),
    "idempotency_mismatch": _("This Idempotency-Key was used for another request."),
    "idempotency_in_progress": _("The first request with this Idempotency-Key is still under way."),
    "error": _("Something went wrong."),
}


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def text(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for `code` in the active language; an unknown code shows itself.

    An agency is called by its name where the params have one (`agency_name`), else by its code.
    """
    message = REASONS.get(code)
    if message is None:
        return code
    told = {name: shown(value) if isinstance(value, int | float) else value for name, value in (params or {}).items()}
    if "agency_name" in told:
        told["agency"] = told["agency_name"]
    return gettext(message) % _Lenient(told)


def reason(code: str, params: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """`{code, params, text}` for an answer, or None where there is no code."""
    return {"code": code, "params": dict(params or {}), "text": text(code, params)} if code else None
