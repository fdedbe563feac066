"""Kill -9 at thirty moments of a load, load again: the same raw versions and the same marts."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingestion import source_of, systems
from tests.end_to_end.group import PROJECT, ServedGroup, Warehouse

pytestmark = pytest.mark.soak

KILLS = 30


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
