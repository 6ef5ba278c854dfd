"""`python -m bench.pages [--cameras N] [--repeat N]`: how soon the pages are there where there are many cameras.

Interactive: from the start of the navigation until the page's modules have run (the end of DOMContentLoaded, for which
module scripts are waited). Cold: nothing of ours in the browser's cache, fonts and modules included. Exit code 0 when
all rows hold, else 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from bench.browser import Browsers, browsers
from bench.figures import Row, table
from bench.local import DATA, running
from deploy.local.layout import REPO
from deploy.local.planes import EMBEDDED, known

INTERACTIVE_S = 1.5
PAGES = {"list": "/", "second page": "/?page=2", "search": "/?q=gate", "live numbers": "/stats"}
SEED = """
from cameras.models import Agency, Camera
agency = Agency.objects.get(code="METRO")
rows = [Camera(camera_id=f"bench-{n:05}", agency=agency, name_en=f"Camera {n}", name_ar=f"كاميرا {n}", place="Deira",
               tags=["gate" if n % 7 == 0 else "road"], main_url="rtsp://127.0.0.1:1/none", state="ONLINE")
        for n in range(COUNT)]
Camera.objects.bulk_create(rows, batch_size=500)
print(Camera.objects.count())
"""
TIMES = """() => {
  const [{ domContentLoadedEventEnd, responseStart, transferSize }] = performance.getEntriesByType("navigation");
  return { interactive: domContentLoadedEventEnd / 1000, answer: responseStart / 1000, bytes: transferSize };
}"""


def flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--cameras", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=5, help="looks at each page, cold and warm (%(default)s)")
    parser.add_argument("--ports-base", type=int, default=24000)
    return parser.parse_args()


def seed(cameras: int) -> None:
    code = SEED.replace("COUNT", str(cameras))
    command = [
        sys.executable,
        "-m",
        "deploy.local",
        "run",
        "--",
        sys.executable,
        "manage.py",
        "shell",
        "-v0",
        "-c",
        code,
    ]
    here = {**os.environ, "DEMO_DATA": str(DATA)}
    subprocess.run(command, check=True, timeout=120, cwd=REPO, env=here, stdout=subprocess.DEVNULL)


def look(page: Page, url: str) -> dict[str, Any]:
    page.goto(url, wait_until="load")
    found: dict[str, Any] = page.evaluate(TIMES)
    return found


def measure(chromium: Browsers, url: str, *, repeat: int) -> Iterator[Row]:
    for name, path in PAGES.items():
        cold, warm = [], []
        for _ in range(repeat):
            with chromium.viewer() as viewer:
                viewer.page.context.new_cdp_session(viewer.page).send("Network.clearBrowserCache")
                cold.append(look(viewer.page, f"{url}{path}"))
                warm.append(look(viewer.page, f"{url}{path}"))
        for kind, looks in (("cold", cold), ("warm", warm)):
            answer = max(each["answer"] for each in looks)
            note = f"slowest answer {answer * 1000:.0f} ms, {looks[0]['bytes'] / 1000:.0f} kB"
            values = [each["interactive"] for each in looks]
            asked: dict[str, Any] = {"unit": "s", "limit": INTERACTIVE_S, "at": "p95"}
            yield Row(name=f"{name}, {kind}", values=values, note=note, load=os.getloadavg()[0], **asked)


def main() -> int:
    options = flags()
    with running(options.ports_base, known()[EMBEDDED]) as local, browsers(local.access) as chromium:
        seed(options.cameras)
        rows = list(measure(chromium, local.access["url"], repeat=options.repeat))
    sys.stdout.write(f"{options.cameras} cameras\n{table(rows)}\n")
    return 0 if all(row.verdict == "ok" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
