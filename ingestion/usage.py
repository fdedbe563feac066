"""What a load used of its account's budgets: rows of ``api_usage``, and how the budgets stand now.

``used`` of a window or bucket is the most that was taken at a time while this load ran, of a day what everyone
used of it, by the vendor's own count. ``forecast`` is what a day comes to at its pace so far; a window's is
its ``used``: it is over before anyone reads this.
"""

import math
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.budget import FILE, NEARLY, Budget, Tally
from ingestion.budget_file import Limit
from ingestion.tables import API_USAGE, arrow_schema

DAY = 86_400.0
EARLY = 3600.0  # seconds of a day below which a pace is no pace


@dataclass(frozen=True)
class Standing:
    """One budget as its file has it: what is left of ``allowed``, where that is known."""

    api: str
    unit: str
    period: str
    allowed: float
    left: float | None


def table(budget: Budget, checked_at: datetime) -> pa.Table:
    return pa.Table.from_pylist(list(rows(budget, checked_at)), schema=arrow_schema(API_USAGE))


def rows(budget: Budget, checked_at: datetime) -> Iterator[dict[str, Any]]:
    """One row per budget that this load asked of."""
    for tally in budget.tallies.values():
        limit, used = tally.limit, tally.peak
        forecast, ends = used, None
        if limit.period == "day":
            ends = budget.left(limit)
            if ends is None:  # nobody said what is left
                continue
            used = limit.allowed - ends[0]
            forecast = at_days_end(used, ends[1])
        yield {
            "account": budget.account.account,
            "api": limit.api,
            "unit": limit.unit,
            "period": limit.period,
            "allowed": math.floor(limit.allowed),
            "used": math.ceil(used),
            "remaining": max(0, math.floor(limit.allowed - used)),
            "forecast": math.ceil(forecast),
            "status": _status(tally, used),
            "requests_count": tally.requests,
            "waited_seconds": math.ceil(tally.waited),
            "throttled_count": tally.throttled,
            "checked_at": checked_at,
        }


def at_days_end(used: float, ends_in: float) -> float:
    """What a day comes to that ends in so many seconds, at its pace so far."""
    gone = max(DAY - ends_in, EARLY)
    return used + used / gone * ends_in


def standings(workdir: Path, system: str, account: str) -> list[Standing]:
    """An account's budgets that were ever asked of; reads the file only. Buckets have filled since."""
    file = workdir / FILE
    if not file.exists():
        return []
    con = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        found = con.execute(
            "select api, unit, period, allowed, seconds, level, seen_at, ends_at from budgets"
            " where system = ? and account = ? order by api, period",
            (system, account),
        ).fetchall()
    finally:
        con.close()
    return [
        Standing(api, unit, period, allowed, _left(period, allowed, *rest))
        for api, unit, period, allowed, *rest in found
    ]


def _left(
    period: str, allowed: float, seconds: float, level: float, seen_at: float, ends_at: float | None
) -> float | None:
    if period == "bucket":
        return min(allowed, level + max(0.0, time.time() - seen_at) * allowed / seconds)
    if period == "day" and ends_at is not None:
        return level if ends_at > time.time() else allowed
    return None  # a window is empty again as soon as nobody asks


def _status(tally: Tally, used: float) -> str:
    """A window that fills up is paced, which is well; a refusal in spite of that says others ask too."""
    limit: Limit = tally.limit
    if limit.period != "day":
        return "warning" if tally.throttled else "ok"
    if used >= limit.allowed:
        return "exhausted"
    return "warning" if used >= NEARLY * limit.allowed else "ok"
