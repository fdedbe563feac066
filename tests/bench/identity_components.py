"""Components of millions of edges: ours beside scipy's and Splink's on the same edges, and how ours grows.

Edges are small families, chains and hubs of 20,000. The growth exponent is that of our CPU seconds from 0.5
to 5 million edges; 1 is linear.
"""

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tests.bench.work import measured

EDGES = 4_500_000
HUB = 20_000
FAMILY = 4  # records of a person, on average
SIZES = (500_000, 1_000_000, 2_000_000, 5_000_000)
ROUNDS = 4


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


def growth(folder: Path) -> dict[str, Any]:
    """Of each size the call that took least CPU, and the exponent from the smallest size to the largest.

    Sizes take turns, and each call has a process of its own, as a run has: called again and again on memory
    that it holds already, the smallest size would be alone in fitting the processor's cache.
    """
    files = [folder / f"edges_{count}.npy" for count in SIZES]
    for count, file in zip(SIZES, files, strict=True):
        write_edges(count, file)
    rounds = [[measured(ours, file) for file in files] for _ in range(ROUNDS)]
    least = [min(found, key=lambda one: one["cpu"]) for found in zip(*rounds, strict=True)]
    grown = math.log(least[-1]["cpu"] / least[0]["cpu"])
    return {"sizes": least, "exponent": grown / math.log(SIZES[-1] / SIZES[0])}


def _found(begun: tuple[float, float], labels: np.ndarray) -> dict[str, Any]:
    seconds = round(time.monotonic() - begun[0], 3)
    cpu = round(time.process_time() - begun[1], 3)
    return {"clustering": seconds, "cpu": cpu, "components": len(np.unique(labels))}


def measure(folder: Path) -> list[dict[str, Any]]:
    """The bench's rows; other answers than scipy's are an error and no measurement."""
    file, size = folder / "edges.npy", f"{EDGES:,} edges"
    write_edges(EDGES, file)
    own, rows = measured(ours, file), []
    for name, work in (("Splink", splink), ("scipy csgraph", scipy)):
        other = measured(work, file)
        if other["components"] != own["components"]:
            raise SystemExit(f"bench: components: {name} finds {other['components']}, we {own}")
        rows.append(
            _row("components", size, own)
            | {
                "reference": f"{name}: {other['clustering']} s ({other['cpu']} s CPU), {other['peak_mb']} MB",
                "ratio": round(other["cpu"] / max(own["cpu"], 0.01), 2),
            }
        )
    grown = growth(folder)
    for count, least in zip(SIZES, grown["sizes"], strict=True):
        rows.append(_row("components, as they grow", f"{count:,} edges", least))
    rows[-1] |= {"reference": f"linear; exponent {grown['exponent']:.2f}"}
    return rows


def _row(stage: str, size: str, found: dict[str, Any]) -> dict[str, Any]:
    taken = {"seconds": found["clustering"], "cpu_seconds": found["cpu"]}
    return {"stage": stage, "size": size, **taken, "peak_mb": found["peak_mb"]}
