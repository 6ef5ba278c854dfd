"""`python -m deploy.local.web HOST PORT`: one web process of several that share a port (SO_REUSEPORT).

The kernel hands each connection to one of them; one that is killed or busy is no outage.
"""

from __future__ import annotations

import socket
import sys

import uvicorn

BACKLOG = 512


def shared_socket(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(found[0], socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(found[4])
    listening.listen(BACKLOG)
    return listening


def main() -> None:
    host, port = sys.argv[1], int(sys.argv[2])
    # No proxy stands in front: a client may not name its own address.
    config = uvicorn.Config(
        "cctv.asgi:application", access_log=False, timeout_graceful_shutdown=3, lifespan="off", proxy_headers=False
    )
    uvicorn.Server(config).run(sockets=[shared_socket(host, port)])


if __name__ == "__main__":
    main()
