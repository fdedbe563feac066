"""The Dagster UI that `make dev` opens: the whole line, described, owned, and drawn."""

import os
import re
import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.end_to_end import browser
from tests.end_to_end.group import PROJECT, ServedGroup, Warehouse

pytestmark = pytest.mark.soak

ASSETS = """{ assetNodes { assetKey { path } groupName description owners { __typename }
              hasAssetChecks isMaterializable kinds
              metadataEntries { label } } }"""


@pytest.fixture(scope="module")
def ui(served: ServedGroup, warehouse: Warehouse) -> Iterator[str]:
    process = warehouse.start("dev", "--group", str(served.file))
    assert process.stdout
    seen = ""
    url = None
    while line := process.stdout.readline():
        seen += line
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            url = found.group(0)
            break
    assert url, seen
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/server_info", timeout=2).status_code == 200:
                break
        except httpx.HTTPError:
            time.sleep(0.5)
    yield url
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=30)


def test_every_asset_is_grouped_described_and_owned(ui: str):
    answer = httpx.post(f"{ui}/graphql", json={"query": ASSETS}, timeout=60).json()
    nodes = answer["data"]["assetNodes"]
    assert len(nodes) > 60
    executable = [node for node in nodes if node["isMaterializable"]]
    lacking = [
        "/".join(node["assetKey"]["path"])
        for node in executable
        if not (node["groupName"] and node["description"] and node["owners"])
    ]
    assert lacking == []
    assert {"raw_shopify", "staging", "intermediate", "marts"} <= {
        n["groupName"] for n in executable
    }


def test_the_asset_graph_is_drawn(ui: str):
    picture = browser.screenshot(
        f"{ui}/asset-groups", PROJECT / "data" / "screenshots" / "graph.png", wait_ms=40000
    )
    assert picture.stat().st_size > 40_000, "an almost empty picture: the page did not draw"
