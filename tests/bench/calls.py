"""API calls per 1,000 orders, from the sandbox's own request log: a backfill, then an increment of the same shop.

Beside them stands what a connector needs that asks once per order: Shopify's REST Admin API lists orders 250 a page
and gives transactions, refunds, fulfillments and metafields under each order only (``/orders/{id}/transactions.json``
and so on), returns by one query per order. ``python -m tests.bench.calls`` prints the table.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.requests_log import beside
from tests.bench.bulk_lines import largest_shop
from tests.bench.table import show
from tests.end_to_end.group import ServedGroup

ORDERS = os.environ.get("BENCH_CALLS_ORDERS", "20000")
OPTIONS = ["--seed", "1", "--orders", ORDERS, "--days", "730"]
ADVANCED_DAYS = "30"
PAGE = 250  # orders a REST page holds
FILE = "bulk file"  # from the store that a bulk operation's answer names, no call of the API
# Questions of the whole load, which every stream shares, and the pages of what belongs to an order.
OF_AN_ORDER = (
    *("currentAppInstallation", "Opening", "RunBulk", "PollBulk"),
    *("Order", "MoreOrder", "Return", "MoreReturn", "TenderTransactions"),
)
PER_ORDER = ("transactions", "refunds", "fulfillments", "metafields", "returns")


def per_order_calls(orders: int) -> int:
    """What one call per order and kind comes to: pages of the list, then each kind of each order."""
    return -(-orders // PAGE) + orders * len(PER_ORDER)


def measure() -> list[dict[str, Any]]:
    """Both loads of the largest shop: orders that came, calls by what was asked, in order of their number."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        served = ServedGroup(folder / "served", OPTIONS).start()
        try:
            found = [_load(served, folder, "backfill")]
            served.command("advance", "--days", ADVANCED_DAYS)
            found.append(_load(served, folder, "increment"))
        finally:
            served.stop()
    return found


def _load(served: ServedGroup, folder: Path, name: str) -> dict[str, Any]:
    from ingestion import load

    log = beside(served.file)
    before = len(log.read_text().splitlines())
    warehouse = folder / "warehouse.duckdb"
    with largest_shop(served) as (group, account):
        prepared = load.extract_account(account, group, folder / "workdir", warehouse)
    load.load_prepared(prepared, warehouse)
    lines = map(json.loads, log.read_text().splitlines()[before:])
    asked = Counter(
        line["operation"] or f"{line['method']} {line['path']}"
        for line in lines
        if line["account"] == account.account
    )
    return {"load": name, "orders": prepared.rows["orders"], "calls": dict(asked.most_common())}


def row(found: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the bench's table; per 1,000 orders count the calls for what an order needs."""
    calls = {what: count for what, count in found["calls"].items() if what != FILE}
    own = sum(count for what, count in calls.items() if what.startswith(OF_AN_ORDER))
    orders, theirs = found["orders"], per_order_calls(found["orders"])
    per_thousand = round(own * 1000 / max(orders, 1), 2)
    listed = ", ".join(f"{what} {count}" for what, count in calls.items())
    return {
        "stage": f"calls, {found['load']}: {per_thousand} per 1,000 orders",
        "size": f"{orders} orders, {own} calls, {sum(calls.values())} with all other streams",
        "seconds": None,
        "peak_mb": None,
        "reference": f"one call per order and kind: {theirs}. Ours: {listed}",
        "ratio": round(theirs / max(own, 1), 1),
        "calls": found["calls"],
        "calls_per_1000_orders": per_thousand,
        "one_call_per_order": theirs,
    }


if __name__ == "__main__":
    show([row(found) for found in measure()], None)
