"""A slow and lossy network in a namespace of its own: `-m whip_pusher.tests.slow_link --delay-ms 50 --loss 0.02`.

What tc's netem does, but in this program, because many kernels come without netem: who connects to `FAR` is answered by
whatever listens on `NEAR`, and each packet on the way there and back waits and may be lost. One TUN device does both
directions: source and destination are exchanged, so that one IP stack talks to itself over a link. Prints `ready` with
the command line prefix that runs a program inside. SIGUSR1 cuts the link, and mends it again: packets vanish. The
namespace has no name: it ends with the last program in it.
Needs root, or a kernel that gives namespaces to users.
"""

from __future__ import annotations

import argparse
import ctypes
import fcntl
import json
import os
import random
import select
import signal
import struct
import subprocess
import time
from collections import deque
from pathlib import Path

NEAR, FAR = "198.18.0.1", "198.18.0.2"  # RFC 2544: for tests of networks
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
MTU = 1500


def enter_namespace() -> list[str]:
    """Leave the machine's network; returns the command line prefix with which others follow."""
    users = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    maps = [(name, f"0 {number} 1") for name, number in (("uid_map", os.getuid()), ("gid_map", os.getgid()))]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET | (CLONE_NEWUSER if users else 0)):
        raise OSError(ctypes.get_errno(), "no network namespace to be had")
    if users:
        Path("/proc/self/setgroups").write_text("deny")
        for name, text in maps:
            Path("/proc/self", name).write_text(text)
    return ["nsenter", "--target", str(os.getpid()), "--net", *users]


def open_link() -> int:
    """The descriptor of a TUN device from NEAR to FAR; a read gives one IP packet, a write takes one."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"slow0", IFF_TUN | IFF_NO_PI))
    for command in ("link set lo up", f"addr add {NEAR} peer {FAR} dev slow0", f"link set slow0 mtu {MTU} up"):
        subprocess.run(["ip", *command.split()], check=True)
    return device


def turned(packet: bytes) -> bytes:
    """An IPv4 packet with source and destination exchanged; its sums stay right, because they are sums."""
    return packet[:12] + packet[16:20] + packet[12:16] + packet[20:]


def carry(device: int, delay: float, loss: float) -> None:
    """Forward for ever. The losses are the same in each run."""
    cut = False

    def turn(_number: int, _frame: object) -> None:
        nonlocal cut
        cut = not cut

    signal.signal(signal.SIGUSR1, turn)
    dice, waiting = random.Random(1), deque[tuple[float, bytes]]()
    while True:
        patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        if select.select([device], [], [], patience)[0]:
            packet = os.read(device, MTU)
            if packet[0] >> 4 == 4 and not cut and dice.random() >= loss:
                waiting.append((time.monotonic() + delay, turned(packet)))
        while waiting and waiting[0][0] <= time.monotonic():
            os.write(device, waiting.popleft()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description="A slow and lossy network in a namespace of its own.")
    parser.add_argument("--delay-ms", type=float, default=50)
    parser.add_argument("--loss", type=float, default=0.02, help="share of the packets, each way")
    options = parser.parse_args()
    prefix = enter_namespace()
    device = open_link()
    print(json.dumps({"event": "ready", "prefix": prefix, "near": NEAR, "far": FAR}), flush=True)
    carry(device, options.delay_ms / 1000, options.loss)


if __name__ == "__main__":
    main()
