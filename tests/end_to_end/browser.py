"""Headless Chromium, as Debian packages it: what a person would see, as a picture."""

import shutil
import subprocess
import tempfile
from pathlib import Path

BINARY = shutil.which("chromium") or shutil.which("chromium-browser")


def screenshot(
    url: str, out: Path, width: int = 1600, height: int = 1000, wait_ms: int = 15000
) -> Path:
    """Load ``url``, let it settle for ``wait_ms`` of page time, save a PNG to ``out``."""
    assert BINARY, "no chromium: apt-get install chromium (make soak looks at pages with it)"
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                BINARY,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--virtual-time-budget={wait_ms}",
                f"--screenshot={out}",
                url,
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
    return out
