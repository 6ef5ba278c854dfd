"""`python -m deploy.compose stack`: deploy/stack.yml on standard output."""

from __future__ import annotations

import sys

from deploy.compose.stack import stack_text


def main(arguments: list[str]) -> int:
    if arguments != ["stack"]:
        print(__doc__, file=sys.stderr)
        return 2
    sys.stdout.write(stack_text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
