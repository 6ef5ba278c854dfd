"""`python -m bench.load.lasting SECONDS`: the product's own invariants, asked for so long; each breach is a line."""

from __future__ import annotations

import sys


def main(seconds: float) -> None:
    import django

    django.setup()
    from streaming.lifecycle.invariants import lasting_breaches

    for breach in lasting_breaches(seconds):
        print(f"{breach.invariant} {breach.camera_id} {breach.params}")


if __name__ == "__main__":
    main(float(sys.argv[1]))
