"""Kill -9 anywhere, run again: the same raw versions and the same marts. Three seeds: the same scorecard."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingestion import source_of, systems
from tests.end_to_end import scorecard
from tests.end_to_end.group import PROJECT, ServedGroup, Warehouse

pytestmark = pytest.mark.soak

KILLS = 30


def kill_when(warehouse: Warehouse, mark: str, after: float) -> str:
    """Start a run, wait until its output names ``mark``, wait ``after`` seconds, kill its process group."""
    process = warehouse.start("run", "--group", str(warehouse.group_file))
    assert process.stdout
    seen = ""
    while line := process.stdout.readline():
        seen += line
        if mark in line:
            time.sleep(after)
            os.killpg(process.pid, signal.SIGKILL)
            break
    process.wait()
    assert process.returncode == -signal.SIGKILL, f"never saw {mark!r}:\n{seen[-3000:]}"
    return seen


@pytest.mark.parametrize(
    ("mark", "after"), [("transform", 2.0), ("transform", 6.0), ("publish", 0.0), ("publish", 0.3)]
)
def test_killed_half_way_and_run_again_gives_the_same_marts(
    served: ServedGroup, warehouse: Warehouse, tmp_path: Path, mark: str, after: float
):
    mine = Warehouse(tmp_path / "killed", served.file)
    kill_when(mine, mark, after)
    ran = mine.run()
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert mine.checksums() == warehouse.checksums()


def start_load(warehouse: Warehouse) -> subprocess.Popen[bytes]:
    warehouse.folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.end_to_end.load_once"),
            *(str(warehouse.group_file), str(warehouse.path)),
        ],
        cwd=PROJECT,
        env=warehouse.environment(),
        start_new_session=True,
    )


def versions(warehouse: Warehouse) -> dict[str, tuple]:
    """Per raw table: how many distinct versions its complete loads hold, and a checksum of them."""
    found = {}
    with duckdb.connect(str(warehouse.path), read_only=True) as con:
        for system in systems():
            for table in source_of(system).TABLES:
                if table.landed:
                    ids = ", ".join(f'"{name}"' for name in (*table.inherited, *table.key))
                    found[f"{system}.{table.name}"] = con.execute(
                        f"""select count(*), bit_xor(hash(v)) from (
                              select distinct (account, {ids}, _version_hash) as v
                              from raw_{system}."{table.name}" where _dlt_load_id in (
                                select load_id from raw_{system}._dlt_loads where status = 0))"""
                    ).fetchone()
    return found


@pytest.mark.timeout(1800)
def test_thirty_kills_of_a_load_lose_and_double_nothing(
    served: ServedGroup, warehouse: Warehouse, tmp_path: Path
):
    begun = time.monotonic()
    whole = Warehouse(tmp_path / "whole", served.file)
    assert start_load(whole).wait(timeout=300) == 0
    seconds = time.monotonic() - begun
    right = versions(whole)
    assert sum(count for count, _ in right.values()) > 5000

    moments, killed, loaded = random.Random(30), 0, []
    while killed < KILLS:
        mine = Warehouse(tmp_path / f"killed_{len(loaded)}", served.file)
        while killed < KILLS:
            load = start_load(mine)
            try:
                assert load.wait(timeout=moments.uniform(0.2, 1.05) * seconds) == 0
                break
            except subprocess.TimeoutExpired:
                os.killpg(load.pid, signal.SIGKILL)
                load.wait()
                killed += 1
        assert start_load(mine).wait(timeout=300) == 0
        assert versions(mine) == right, f"after {killed} kills"
        loaded.append(mine)

    print(f"{killed} kills of loads of {seconds:.1f} s, in {len(loaded)} warehouses")
    ran = loaded[0].run()
    assert ran.returncode == 0, ran.stdout[-6000:]
    assert loaded[0].checksums() == warehouse.checksums()


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_the_scorecard_holds_on_other_seeds(tmp_path: Path, seed: int):
    options = ["--seed", str(seed), "--orders", "1500", "--days", "500"]
    served = ServedGroup(tmp_path / "served", options).start()
    try:
        warehouse = Warehouse(tmp_path / "warehouse", served.file)
        ran = warehouse.run()
        assert ran.returncode == 0, ran.stdout[-6000:]
        con = scorecard.connect(warehouse.published, served.write_answers(tmp_path / "answers"))
        assert scorecard.order_differences(con) == []
        assert scorecard.ledger_differences(con) == []
        figures = scorecard.identity(con)
        assert figures["precision"] == 1.0
        assert figures["recall"] >= figures["recall_ceiling"] - 1e-9
    finally:
        served.stop()


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
