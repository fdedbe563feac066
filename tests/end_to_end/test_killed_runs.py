"""Kill -9 a run while it builds or publishes, run again: the same marts. However it ends, no server stays."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.end_to_end.group import ServedGroup, Warehouse

pytestmark = pytest.mark.soak


@pytest.mark.timeout(1800)
def test_killed_half_way_and_run_again_gives_the_same_marts(
    served: ServedGroup, warehouse: Warehouse, tmp_path: Path
):
    mine = Warehouse(tmp_path / "killed", served.file)
    # Each run but the first finds what a kill left, and all but the last are killed in their turn.
    for mark, after in [("transform", 6.0), ("publish", 0.0), ("publish", 0.3)]:
        mine.killed_after(mark, after, "run", "--group", str(mine.group_file))
    ran = mine.run()
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert mine.checksums() == warehouse.checksums()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_server_behind(tmp_path: Path, how: signal.Signals):
    mine = Warehouse(tmp_path / "ended", tmp_path / "none.toml")
    process = mine.start("run", "--sandbox", cwd=tmp_path)
    assert process.stdout
    while (line := process.stdout.readline()) and "load" not in line:
        pass
    os.kill(process.pid, how)
    process.wait(timeout=30)
    text = (tmp_path / "data" / "sandbox" / "group.toml").read_text()
    port = int(text.split("http://127.0.0.1:")[1].split('"')[0])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise AssertionError(f"a server still answers on port {port}")
