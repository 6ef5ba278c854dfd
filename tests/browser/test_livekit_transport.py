"""The player's LiveKit transport in Chromium: join, loss, kick, takeover, quality (static/js/transports/livekit.js)."""

from __future__ import annotations

from tests.browser.livekit_worlds import World
from tests.browser.viewer import Viewer


def test_a_join_decodes_the_publishers_frames(world: World, viewer: Viewer) -> None:
    assert viewer.join(world.lease()) == "joined"
    viewer.watches()
    assert viewer.lost() == []


def test_two_players_of_one_reservation_share_its_connection(world: World, viewer: Viewer) -> None:
    lease = world.lease()
    assert [viewer.join(lease, name=name) for name in ("first", "second")] == ["joined", "joined"]
    viewer.watches("first")
    viewer.watches("second")
    viewer.close("first")
    viewer.watches("second")
    assert viewer.lost("second") == []


def test_who_joins_before_the_publisher_sees_it_come(world: World, viewer: Viewer) -> None:
    world.publish(False)
    lease = world.lease()
    viewer.page.evaluate("window.waiting = null")
    viewer.start_joining(lease)
    world.publish(True)
    viewer.until("window.waiting === 'joined'")
    viewer.watches()


def test_a_server_that_dies_is_told_once(world: World, viewer: Viewer) -> None:
    viewer.join(world.lease())
    viewer.watches()
    world.die()
    viewer.until_lost("ice_failed", seconds=20)
    assert viewer.join(world.lease(), name="second") == "sfu_unreachable"
    assert viewer.lost() == ["ice_failed"]


def test_a_removed_viewer_is_told_so_once(world: World, viewer: Viewer) -> None:
    lease = world.lease()
    viewer.join(lease)
    viewer.watches()
    world.kick(lease)
    viewer.until_lost("removed_from_room")


def test_the_end_of_the_room_is_told_once(world: World, viewer: Viewer) -> None:
    viewer.join(world.lease())
    viewer.watches()
    world.delete_room()
    viewer.until_lost("room_gone")


def test_the_second_of_one_identity_takes_over(world: World, viewer: Viewer) -> None:
    first = world.lease()
    viewer.join(first)
    viewer.watches()
    assert viewer.join(world.lease(token=first["livekit_token"]), name="second") == "joined"
    viewer.until_lost("duplicate_identity")
    viewer.watches("second")
    assert viewer.lost("second") == []


def test_a_new_life_of_the_stream_is_no_duplicate(world: World, viewer: Viewer) -> None:
    lease = world.lease()
    viewer.join(lease)
    viewer.watches()
    assert viewer.join({**lease, "generation": 2}, name="second") == "joined"
    viewer.watches("second")
    assert (viewer.lost("first"), viewer.lost("second")) == (["peer_replaced"], [])


def test_a_wrong_token_is_told(world: World, viewer: Viewer) -> None:
    assert viewer.join(world.lease(token="wrong")) == "token_invalid"


def test_a_closed_player_hears_nothing_more(world: World, viewer: Viewer) -> None:
    lease = world.lease()
    viewer.join(lease)
    viewer.watches()
    viewer.close()
    world.delete_room()
    assert viewer.join(lease, name="again") != "peer_replaced"
    assert viewer.lost() == []


def test_a_quality_that_is_asked_for_is_what_comes(world: World, viewer: Viewer) -> None:
    world.publish_layers()
    assert viewer.join(world.lease(), quality="low") == "joined"
    viewer.until("window.players.first.video.videoWidth === 160", 20)
    viewer.page.evaluate("void (window.players.first.media.quality = 'high')")
    viewer.until("window.players.first.video.videoWidth === 640", 20)


def test_video_out_of_sight_rests_and_is_not_called_stalled(world: World, viewer: Viewer) -> None:
    viewer.join(world.lease())
    viewer.watches()
    viewer.page.evaluate("void (window.players.first.video.style.marginBlockStart = '5000px')")
    viewer.until("window.players.first.media.idle")
    viewer.page.evaluate("void (window.players.first.video.style.marginBlockStart = '0')")
    viewer.until("!window.players.first.media.idle")
    viewer.watches()
