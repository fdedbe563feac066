"""The chain of a payment as it is published: order, transaction, entry, payout, bank line, and each one's state.

Reads ``marts.reconciliation`` and its matches; where many hang on one (a payout's entries), the largest are shown.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

SHOWN = 10  # of what hangs on one row
LEGS = ("order_psp", "psp_payout", "payout_bank")
SIDES = {"order": "transaction", "psp": "entry", "payout": "payout", "bank": "bank line"}

Source = tuple[str, str, str, str]  # side, system, account, source_id


@dataclass(frozen=True)
class State:
    """What one leg says of a row."""

    leg: str
    state: str
    reason: str | None
    amount: Decimal
    currency: str
    difference: Decimal | None
    age_days: int
    owner: str


@dataclass(frozen=True)
class Link:
    """One row of the chain; ``depth`` 0 is where it begins, ``key`` what leads to it from the row above."""

    depth: int
    source: Source
    occurred_at: datetime
    states: list[State]
    key: str | None = None
    confidence: Decimal | None = None
    left_out: int = 0


def explain(published: Path, text: str) -> list[Link]:
    """The chain that an order (id or name), transaction, entry, payout or bank line is in."""
    with duckdb.connect(str(published), read_only=True) as con:
        return [link for source in _begin(con, text) for link in _follow(con, source)]


def _begin(con: duckdb.DuckDBPyConnection, text: str) -> list[Source]:
    """Where the chain begins: the transactions of an order, else the row itself and what it comes from."""
    ordered = con.execute(
        """select r.side, r.system, r.account, r.source_id
        from marts.reconciliation as r
        join marts.orders as o on o.account = r.order_account and o.order_id = r.order_id
        where r.leg = 'order_psp' and r.side = 'order'
            and $text in (o.order_id, o.order_name, o.account || ':' || o.order_id, o.account || ':' || o.order_name)
        order by r.account, r.occurred_at, r.source_id""",
        {"text": text},
    ).fetchall()
    if ordered:
        shops = sorted({row[2] for row in ordered})
        if len(shops) > 1:
            names = ", ".join(f"{shop}:{text}" for shop in shops)
            raise ValueError(f"{text} is an order of {len(shops)} shops: name one of {names}")
        return [(row[0], row[1], row[2], row[3]) for row in ordered]
    found = con.execute(
        """select distinct side, system, account, source_id from marts.reconciliation
        where $text in (source_id, account || ':' || source_id) order by all""",
        {"text": text},
    ).fetchall()
    if not found:
        raise ValueError(
            f"{text}: no order, transaction, entry, payout or bank line has this id; ids are those of"
            " marts.reconciliation (source_id), an order may be named #1012 or account:#1012"
        )
    owners = sorted({(row[1], row[2]) for row in found})
    if len(owners) > 1:
        names = ", ".join(f"{account}:{text}" for _, account in owners)
        raise ValueError(f"{text} is in {len(owners)} accounts: name one of {names}")
    side, system, account, source_id = found[0]
    above = con.execute(
        """select distinct side, system, account, source_id from marts.reconciliation_matches
        where leg = 'order_psp' and matched_side = ? and matched_system = ? and matched_account = ?
            and matched_id = ? order by all""",
        [side, system, account, source_id],
    ).fetchall()
    return [(a[0], a[1], a[2], a[3]) for a in above] or [(side, system, account, source_id)]


def _follow(con: duckdb.DuckDBPyConnection, begin: Source) -> list[Link]:
    chain: list[Link] = []
    waiting: list[tuple[int, Source, str | None, Decimal | None, int]] = [(0, begin, None, None, 0)]
    seen: set[Source] = set()
    while waiting:
        depth, source, key, confidence, left_out = waiting.pop()
        if source in seen:
            continue
        seen.add(source)
        occurred_at, states = _states(con, source)
        chain.append(Link(depth, source, occurred_at, states, key, confidence, left_out))
        below = _below(con, source)
        waiting += [
            (
                depth + 1,
                (row[0], row[1], row[2], row[3]),
                row[4],
                row[5],
                max(len(below) - SHOWN, 0) if n == min(len(below), SHOWN) else 0,
            )
            for n, row in reversed(list(enumerate(below[:SHOWN], start=1)))
        ]
    return chain


def _below(con: duckdb.DuckDBPyConnection, source: Source) -> list[tuple[Any, ...]]:
    """What a row leads to; a payout also to what it was paid out of, once nobody came from there."""
    return con.execute(
        """select matched_side, matched_system, matched_account, matched_id, key, confidence
        from marts.reconciliation_matches
        where side = ? and system = ? and account = ? and source_id = ?
        order by abs(amount) desc, matched_account, matched_id""",
        list(source),
    ).fetchall()


def _states(con: duckdb.DuckDBPyConnection, source: Source) -> tuple[datetime, list[State]]:
    rows = con.execute(
        """select leg, state, reason, amount, currency, difference_amount, age_days, owner, occurred_at
        from marts.reconciliation where side = ? and system = ? and account = ? and source_id = ?""",
        list(source),
    ).fetchall()
    if not rows:
        raise ValueError(
            f"{':'.join(source)}: matched, yet in no state; the publication is torn: run again"
        )
    states = [State(*row[:8]) for row in sorted(rows, key=lambda row: LEGS.index(row[0]))]
    return rows[0][8], states
