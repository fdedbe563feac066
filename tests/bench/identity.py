"""``python -m tests.bench.identity``: components of millions of edges, ours beside scipy's and Splink's.

Each is measured in a fresh process on the same edges: small families, chains and hubs of 20,000. The growth
exponent is that of our CPU seconds from 0.5 to 5 million edges; 1 is linear.
"""

import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from rich.console import Console

from tests.bench.work import measured

EDGES = 4_500_000
HUB = 20_000
FAMILY = 4  # records of a person, on average
SIZES = (500_000, 1_000_000, 2_000_000, 5_000_000)


def write_edges(count: int, file: Path) -> None:
    """A tenth of the edges are chains and hubs, the rest joins records of small families at random."""
    draw = np.random.default_rng(count)
    shapes = max(count // 10 // (2 * HUB), 1)
    size = count // FAMILY * FAMILY
    left = draw.integers(0, size, count - shapes * 2 * (HUB - 1))
    right = left // FAMILY * FAMILY + draw.integers(0, FAMILY, len(left))
    ends = [(left, right)]
    for shape in range(shapes):
        chain = size + shape * 2 * HUB + draw.permutation(HUB)
        hub = size + (shape * 2 + 1) * HUB + np.arange(HUB)
        ends += [(chain[:-1], chain[1:]), (hub[1:], np.full(HUB - 1, hub[0]))]
    pairs = np.stack([np.concatenate(column) for column in zip(*ends, strict=True)])
    np.save(file, pairs[:, draw.permutation(pairs.shape[1])].astype(np.int32))


def ours(file: Path) -> dict[str, Any]:
    from analysis import components

    left, right = np.load(file)
    size = int(max(left.max(), right.max())) + 1
    begun = time.monotonic(), time.process_time()
    labels = components.label(size, left, right)
    return _found(begun, labels)


def scipy(file: Path) -> dict[str, Any]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = np.load(file)
    size = int(max(left.max(), right.max())) + 1
    begun = time.monotonic(), time.process_time()
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
    return _found(begun, connected_components(graph, directed=False)[1])


def splink(file: Path) -> dict[str, Any]:
    import duckdb
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    left, right = np.load(file)
    size = int(max(left.max(), right.max())) + 1
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    nodes = pa.table({"unique_id": np.arange(size)})
    edges = pa.table({"unique_id_l": left, "unique_id_r": right})
    for name, table in (("given_nodes", nodes), ("given_edges", edges)):
        con.register("given", table)
        con.execute(f"create table {name} as from given")
        con.unregister("given")
    api = DuckDBAPI(connection=con)
    begun = time.monotonic(), time.process_time()
    found = cluster_pairwise_predictions_at_threshold(
        api.register("given_nodes"), api.register("given_edges"), api, "unique_id"
    )
    rows = con.execute(f"select cluster_id from {found.physical_name} order by unique_id")
    return _found(begun, np.asarray(rows.fetchnumpy()["cluster_id"]))


def _found(begun: tuple[float, float], labels: np.ndarray) -> dict[str, Any]:
    seconds = round(time.monotonic() - begun[0], 2)
    cpu = round(time.process_time() - begun[1], 2)
    return {"clustering": seconds, "cpu": cpu, "components": len(np.unique(labels))}


def main() -> None:
    say = Console(width=120).print
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "edges.npy"
        write_edges(EDGES, file)
        for name, work in (("ours", ours), ("scipy csgraph", scipy), ("splink", splink)):
            try:
                found = measured(work, file)
            except SystemExit:
                say(f"{name}: not measured")
                continue
            say(
                f"{name}: {EDGES:,} edges in {found['clustering']} s ({found['cpu']} s CPU), peak {found['peak_mb']} MB,"
                f" {found['components']:,} components"
            )
        seconds = []
        for size in SIZES:
            write_edges(size, file)
            # CPU, the least of three: what else runs here only ever adds.
            seconds.append(min(measured(ours, file)["cpu"] for _ in range(3)))
            say(f"ours: {size:,} edges in {seconds[-1]} s CPU")
        exponent = math.log(seconds[-1] / seconds[0]) / math.log(SIZES[-1] / SIZES[0])
        say(f"growth exponent {SIZES[0]:,} -> {SIZES[-1]:,}: {exponent:.2f}")


if __name__ == "__main__":
    sys.exit(main())
