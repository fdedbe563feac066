"""What stands between a legal entity's month and its close: each open point is a sentence with the next step.

Asked of the marts that were published last. How much of a difference is tolerated is the seed `closing_tolerances`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

SHOWN = 3
TOLERANCES = "intermediate.closing_tolerances"


@dataclass(frozen=True)
class Month:
    """A legal entity's month; ``period`` is its first day."""

    legal_entity: str
    period: date

    @property
    def last_day(self) -> date:
        return (self.period + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.legal_entity} {self.period:%Y-%m}"


def open_points(con: duckdb.DuckDBPyConnection, month: Month) -> list[str]:
    """Everything that has to be settled first; empty if the month may be closed."""
    asked = {
        "entity": month.legal_entity,
        "first": month.period,
        "last": month.last_day,
        "shown": SHOWN,
    }
    points: list[str] = []
    for check in (_days, _loads, _rates, _approvals, _payouts, _unknown):
        points += check(con, asked)
    return points


def _days(con: duckdb.DuckDBPyConnection, asked: dict) -> Iterator[str]:
    for account, day in _rows(
        con,
        """select system || ' ' || account, max(cast(timezone(zone, timezone('UTC', as_of)) as date)) as day
        from marts.accounts cross join raw_group.run_context
        where legal_entity = $entity group by all
        having day <= $last order by all limit $shown""",
        asked,
    ):
        yield (
            f"its days aren't over: {account} was loaded on its {day}, the month ends on {asked['last']};"
            " run again later: concord run"
        )


def _loads(con: duckdb.DuckDBPyConnection, asked: dict) -> Iterator[str]:
    """Each stream's newest load was whole, and reached beyond the month in the account's own zone."""
    for system, account, stream, status, until in _rows(
        con,
        """with newest as (
            select * from marts.load_completeness where legal_entity = $entity
            qualify row_number() over (
                partition by system, account, stream order by window_end desc nulls last, checked_at desc) = 1)
        select system, account, stream, coalesce(status, 'missing'), window_end
        from marts.accounts left join newest using (system, account)
        where accounts.legal_entity = $entity and (
            coalesce(status, 'missing') <> 'complete'
            or cast(timezone(zone, timezone('UTC', window_end)) as date) <= $last)
        order by all limit $shown""",
        asked,
    ):
        reached = f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
        yield (
            f"{system} {account} {stream or 'all streams'}: the last load is {status}{reached};"
            f" load it again: concord load {system} --account {account}, then concord run"
        )


def _rates(con: duckdb.DuckDBPyConnection, asked: dict) -> Iterator[str]:
    for currency, count, amount, first, last in _rows(
        con,
        """select currency, count(*), sum(amount), min(event_date), max(event_date)
        from marts.revenue_ledger
        where legal_entity = $entity and event_date between $first and $last and amount_group is null
        group by all order by all""",
        asked,
    ):
        yield (
            f"no rate for {currency}: {count:,} ledger rows of {first} to {last}, {amount:,.2f} {currency}, have no"
            " group amount; ask treasury for a rate, then concord run"
        )


def _approvals(con: duckdb.DuckDBPyConnection, asked: dict) -> Iterator[str]:
    for source, pair, count, rates in _rows(
        con,
        """select rates.source, rates.from_currency || '->' || rates.to_currency as pair,
            count(distinct rates.rate_id), string_agg(distinct rates.rate_id, ', ' order by rates.rate_id)
        from marts.revenue_ledger as ledger join marts.fx_rates as rates using (rate_id)
        where ledger.legal_entity = $entity and ledger.event_date between $first and $last
            and rates.status <> 'approved'
        group by all order by all""",
        asked,
    ):
        named = ", ".join(rates.split(", ")[:SHOWN]) + (", ..." if count > SHOWN else "")
        yield (
            f"{count:,} rates {pair} of {source} aren't approved by anybody but their author ({named}); have treasury"
            " approve them, or decide a policy: dbt_project/seeds/fx_approval_policies.csv, then concord run"
        )


def _payouts(con: duckdb.DuckDBPyConnection, asked: dict) -> Iterator[str]:
    for currency, amount, payouts, tolerated in _rows(
        con,
        f"""with found as (
            select balance_currency as currency, sum(abs(residual_amount)) as amount,
                string_agg(system || ' ' || payout_id, ', ' order by abs(residual_amount) desc) as named
            from marts.payouts join marts.accounts using (system, account, legal_entity)
            where legal_entity = $entity and residual_amount <> 0
                and cast(timezone(zone, timezone('UTC', created_at)) as date) between $first and $last
            group by balance_currency)
        select currency, amount, named, {_tolerated("payout_residual")} as tolerated
        from found where amount > tolerated order by all""",
        asked,
    ):
        named = ", ".join(payouts.split(", ")[:SHOWN])
        yield (
            f"payouts don't tie: {amount:,.2f} {currency} that no list shows, tolerated are {tolerated:,.2f}"
            f" ({named}); ask the provider, or see concord reconcile explain <payout>"
        )


def _unknown(con: duckdb.DuckDBPyConnection, asked: dict) -> Iterator[str]:
    known = con.execute(
        "select count(*) from duckdb_tables() where schema_name = 'marts' and table_name = 'reconciliation'"
    )
    if known.fetchall() == [(0,)]:
        yield "there is no mart reconciliation; build it: concord run"
        return
    for leg, currency, amount, count, tolerated in _rows(
        con,
        f"""with found as (
            select leg, legs.currency, sum(abs(amount)) as amount, count(*) as rows_count
            from marts.reconciliation as legs join marts.accounts using (system, account, legal_entity)
            where legal_entity = $entity and state = 'unknown'
                and cast(timezone(zone, timezone('UTC', occurred_at)) as date) between $first and $last
            group by leg, legs.currency)
        select leg, currency, amount, rows_count, {_tolerated("unknown")} as tolerated
        from found where amount > tolerated order by all""",
        asked,
    ):
        yield (
            f"{count:,} rows of {leg} are unknown, {amount:,.2f} {currency}, tolerated are {tolerated:,.2f}; see"
            " marts.reconciliation where state = 'unknown', and concord reconcile explain <id>"
        )


def _tolerated(what: str) -> str:
    """Of ``found``'s currency; none where nobody decided."""
    return f"""coalesce((
            select max(decided.amount) from {TOLERANCES} as decided
            where decided.what = '{what}' and decided.currency = found.currency
                and $last >= decided.valid_from and $last <= coalesce(decided.valid_to, $last)), 0)"""


def _rows(con: duckdb.DuckDBPyConnection, sql: str, asked: dict) -> list[tuple]:
    return con.execute(sql, {name: asked[name] for name in asked if f"${name}" in sql}).fetchall()
