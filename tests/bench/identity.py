"""``python -m tests.bench.identity WAREHOUSE``: components of millions of edges, and identity from end to end.

Identity resolves a million records, copies of those in a warehouse that a run left: at once, and then on a
night on which one copy is new.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench import identity_components
from tests.bench.table import show
from tests.bench.work import measured

RECORDS = 1_000_000
NIGHT = datetime(2026, 11, 1)


def whole(warehouse: Path, records: int) -> dict[str, Any]:
    """All records for the first time."""
    from analysis import identity
    from tests.bench import copied_records

    given, _ = copied_records.read(warehouse, records)
    return _resolved(given, identity.History(), NIGHT)[0]


def night(warehouse: Path, records: int) -> dict[str, Any]:
    """All but the last copy are known from the night before, which isn't measured."""
    from analysis import identity
    from tests.bench import copied_records

    given, count = copied_records.read(warehouse, records)
    earlier = replace(given, nodes=given.nodes.slice(0, given.nodes.num_rows - count))
    _, history = _resolved(earlier, identity.History(), NIGHT)
    found, _ = _resolved(given, history, NIGHT + timedelta(days=1))
    return found | {"new": count}


def _resolved(given: Any, history: Any, at: datetime) -> tuple[dict[str, Any], Any]:
    from analysis import identity

    begun, busy = time.monotonic(), time.process_time()
    found = identity.resolve(given, history, as_of=at, hash_key="bench")
    taken = {
        "resolving": round(time.monotonic() - begun, 2),
        "cpu": round(time.process_time() - busy, 2),
        "records": given.nodes.num_rows,
        "customers": history.customer_keys.num_rows + found.customer_keys.num_rows,
    }
    return taken, identity.History(**{log: getattr(found, log) for log in identity.LOGS})


def measure(warehouse: Path, records: int = RECORDS) -> list[dict[str, Any]]:
    """The bench's rows; a night must leave the customers that there are at once."""
    rows = [measured(work, warehouse, records) for work in (whole, night)]
    first, later = rows
    if later["customers"] != first["customers"]:
        raise SystemExit(f"bench: identity: at once {first}, a night later {later}")
    said = f"all at once: {first['resolving']} s ({first['cpu']} s CPU), {first['peak_mb']} MB"
    return [
        _row("identity, all at once", first),
        _row(f"identity, {later['new']:,} of it new", later)
        | {"reference": said, "ratio": round(first["cpu"] / max(later["cpu"], 0.01), 2)},
    ]


def _row(stage: str, found: dict[str, Any]) -> dict[str, Any]:
    taken = {"seconds": found["resolving"], "cpu_seconds": found["cpu"]}
    size = f"{found['records']:,} records"
    return {"stage": stage, "size": size, **taken, "peak_mb": found["peak_mb"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path, help="A warehouse file that concord run left.")
    parser.add_argument("--records", type=int, default=RECORDS)
    given = parser.parse_args()
    rows = measure(given.warehouse, given.records)
    with tempfile.TemporaryDirectory() as temporary:
        rows += identity_components.measure(Path(temporary))
    show(rows, None)


if __name__ == "__main__":
    main()
