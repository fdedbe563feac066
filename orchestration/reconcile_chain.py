"""The chain of a payment as it is published: order, transaction, entry, payout, bank line, and each one's state.

Reads ``marts.reconciliation`` and its matches; where many hang on one (a payout's entries), the largest are shown.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

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
    is_origin: bool = False  # a payout's entry: what it was paid out of, not what it leads to


def explain(published: Path, text: str) -> list[Link]:
    """The chain that an order (id or name), transaction, entry, payout or bank line is in."""
    with duckdb.connect(str(published), read_only=True) as con:
        return [link for source in _begin(con, text) for link in _follow(con, source)]


def _begin(con: duckdb.DuckDBPyConnection, text: str) -> list[Source]:
    """Where the chain begins: an order's transactions and what no transaction explains, else what a row comes from."""
    ordered = con.execute(
        """select r.side, r.system, r.account, r.source_id, o.account
        from marts.reconciliation as r
        join marts.orders as o on o.account = r.order_account and o.order_id = r.order_id
        where r.leg = 'order_psp' and $text in (o.order_id, o.order_name, o.account || ':' || o.order_id, o.account || ':' || o.order_name)
            and not (r.side = 'psp' and exists (
                from marts.reconciliation_matches as m
                where m.leg = 'order_psp' and m.matched_system = r.system and m.matched_account = r.account
                    and m.matched_id = r.source_id))
        order by r.side, r.account, r.occurred_at, r.source_id""",
        {"text": text},
    ).fetchall()
    if ordered:
        shops = sorted({row[4] for row in ordered})
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
        where leg <> 'psp_payout' and matched_side = ? and matched_system = ? and matched_account = ?
            and matched_id = ? order by all""",
        [side, system, account, source_id],
    ).fetchall()
    return [(a[0], a[1], a[2], a[3]) for a in above] or [(side, system, account, source_id)]


def _follow(con: duckdb.DuckDBPyConnection, begin: Source) -> list[Link]:
    """Depth first, from one row to all that it leads to; a payout that it begins with shows its entries too."""
    chain: list[Link] = []
    waiting = [Link(0, begin, *_states(con, begin))]
    while waiting:
        link = waiting.pop()
        chain.append(link)
        if link.is_origin:
            continue
        if link.depth == 0 and link.source[0] == "payout":
            chain += _beside(con, link, is_origin=True)
        waiting += reversed(_beside(con, link))
    return chain


def _beside(con: duckdb.DuckDBPyConnection, link: Link, *, is_origin: bool = False) -> list[Link]:
    """The rows that a row leads to, or that it comes from; of many the largest."""
    ours, theirs = ("matched_", "") if is_origin else ("", "matched_")
    their_id = "source_id" if is_origin else "matched_id"
    our_id = "matched_id" if is_origin else "source_id"
    found = con.execute(
        f"""select {theirs}side, {theirs}system, {theirs}account, {their_id}, key, confidence
        from marts.reconciliation_matches
        where {ours}side = ? and {ours}system = ? and {ours}account = ? and {our_id} = ?
        order by abs(amount) desc, {theirs}account, {their_id}""",
        list(link.source),
    ).fetchall()
    left_out = max(len(found) - SHOWN, 0)
    rows = []
    for number, row in enumerate(found[:SHOWN], start=1):
        source: Source = (row[0], row[1], row[2], row[3])
        last = left_out if number == SHOWN else 0
        states = _states(con, source)
        rows.append(Link(link.depth + 1, source, *states, row[4], row[5], last, is_origin))
    return rows


def _states(con: duckdb.DuckDBPyConnection, source: Source) -> tuple[datetime, list[State]]:
    rows = con.execute(
        """select leg, state, reason, amount, currency, difference_amount, age_days, owner, occurred_at
        from marts.reconciliation where side = ? and system = ? and account = ? and source_id = ?""",
        list(source),
    ).fetchall()
    if not rows:
        raise ValueError(
            f"{':'.join(source)}: matched, yet in no state; the publication is torn: run concord run"
        )
    states = [State(*row[:8]) for row in sorted(rows, key=lambda row: LEGS.index(row[0]))]
    return rows[0][8], states
