"""The answer key of a world as Parquet: what the product should have found.

The ledger comes from the generator's own moves and is converted here by the group's rule, in whole
numbers: nothing in it was read from the vendor-shaped tables. Not for the product's eyes.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

from sandbox.world.carrier_answers import add_carrier_cases, create_shipments
from sandbox.world.columns import store_rows
from sandbox.world.crm_special_cases import add_crm_cases
from sandbox.world.identity import create_person_records
from sandbox.world.ledger import create_entries
from sandbox.world.model import World
from sandbox.world.money_answers import create_money_answers, write_money_answers
from sandbox.world.owed_answers import write_owed_answers
from sandbox.world.provider_answers import add_provider_answers
from sandbox.world.psp_answers import create_psp_answers, write_psp_answers
from sandbox.world.salesforce_answers import write_sales_and_support_answers
from sandbox.world.salesforce_special_cases import add_sales_and_support_cases
from sandbox.world.shop_answers import write_shop_answers
from sandbox.world.special_cases import create_special_cases

REACH_DAYS = 7  # how far back a rate may lie
RATE_SCALE = Decimal("0.0000000001")
SUMS = {
    "gross_sales_amount": "+sale",
    "discounts_amount": "-discount",
    "returns_amount": "-return",
    "net_sales_amount": "+sale discount return",
    "shipping_amount": "+shipping",
    "duties_amount": "+duty",
    "fees_amount": "+fee",
    "tax_amount": "+tax",
    "total_sales_amount": "+sale discount return shipping duty fee tax",
    "tips_amount": "+tip",
    "gift_cards_sold_amount": "+gift_card_sold",
    "rounding_amount": "+rounding",
    "amount_due": "+sale discount return shipping duty fee tax tip gift_card_sold rounding adjustment",
}


def write_world(world: World, folder: Path) -> None:
    """Write the answer key of a generated world."""
    con = world.con
    create_entries(con)
    create_ledger(con, "truth.entries", world.group_currency)
    create_person_records(con)
    create_special_cases(con)
    create_psp_answers(con)
    add_provider_answers(con)
    create_money_answers(con)
    add_crm_cases(con)
    add_sales_and_support_cases(con)
    create_shipments(con)
    add_carrier_cases(con)
    con.execute(
        """create or replace table truth.persons_answer as
        select distinct r.person_id, p.kind from truth.person_records as r join truth.everybody as p using (pid)"""
    )
    _create_orders(con)
    for name, query in {
        "persons": "from truth.persons_answer order by person_id",
        "person_records": "select * exclude (pid) from truth.person_records order by all",
        "ledger": "from truth.ledger order by account, order_id, kind, line_id, event_date",
        "orders": "from truth.orders_answer order by account, order_id",
        "special_cases": "from truth.special_cases order by all",
        "shipments": "from truth.shipments_answer order by all",
    }.items():
        copy_parquet(con, query, folder / f"{name}.parquet")
    write_psp_answers(con, folder)
    write_shop_answers(con, folder)
    write_money_answers(con, folder)
    write_owed_answers(con, folder)
    write_sales_and_support_answers(con, folder)


def copy_parquet(con: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    con.execute(f"copy ({query}) to '{str(file).replace(chr(39), chr(39) * 2)}' (format parquet)")


def create_ledger(con: duckdb.DuckDBPyConnection, entries: str, group_currency: str) -> None:
    """``truth.ledger`` from entries: local dates, the rate of the sale, the gap to the rate of the day."""
    con.execute(
        f"""create or replace temp table dated as
        select *, cast(timezone(zone, timezone('UTC', event_at)) as date) as event_date,
            cast(timezone(zone, timezone('UTC', rated_at)) as date) as rate_date
        from {entries}"""
    )
    _create_day_rates(con, group_currency)
    # Ten-thousandths times a rate in 1e-10: whole numbers all the way, one rounding at the end.
    rounded = "div_round(cast(minor as hugeint) * pow10(4 - exponent) * {rate}, 10000000000)"
    con.execute(
        f"""create or replace table truth.ledger as
        with rated as (
            select d.*, {rounded.format(rate="own.rate")} as at_sale,
                {rounded.format(rate="day.rate")} as at_day
            from dated as d
            left join day_rates as own on own.currency = d.currency and own.day = d.rate_date
            left join day_rates as day on day.currency = d.currency and day.day = d.event_date),
        rows as (
            select *, minor * pow10(4 - exponent) as units, at_sale as units_group from rated
            union all
            select * replace ('fx_difference' as kind), 0, at_day - at_sale
            from rated where rate_date <> event_date and at_day <> at_sale)
        select account, legal_entity, order_id, line_id, kind, event_date, currency,
            cast(units as decimal(34, 0)) * cast(0.0001 as decimal(4, 4)) as amount,
            cast(units_group as decimal(34, 0)) * cast(0.0001 as decimal(4, 4)) as amount_group,
            cast(date_trunc('month', event_date) as date) as posting_period
        from rows"""
    )
    con.execute("drop table dated")


def _create_day_rates(con: duckdb.DuckDBPyConnection, group_currency: str) -> None:
    """``day_rates``: for each currency and day of the ledger the rate that the group's rule picks."""
    needed = con.execute(
        "select currency, min(least(event_date, rate_date)), max(greatest(event_date, rate_date))"
        " from dated group by currency"
    ).fetchall()
    rows = []
    for currency, first, last in needed:
        quotes = _quotes(con, currency, group_currency, first, last)
        day = first
        while day <= last:
            rate = Decimal(1) if currency == group_currency else _pick(quotes, day)
            if rate is not None:
                rows.append((currency, day, int(rate / RATE_SCALE)))
            day += timedelta(days=1)
    con.execute("create or replace temp table day_rates (currency varchar, day date, rate bigint)")
    if rows:
        store_rows(con, "truth.day_rates_drawn", ["currency", "day", "rate"], rows)
        con.execute("insert into day_rates from truth.day_rates_drawn")
        con.execute("drop table truth.day_rates_drawn")


def _quotes(
    con: duckdb.DuckDBPyConnection, currency: str, group: str, first: date, last: date
) -> dict[date, Decimal]:
    """One quote per day that has any: treasury's before the ECB's, the highest version of it."""
    euro: dict[date, dict[str, Decimal]] = {}
    for day, code, rate in con.execute(
        'select "date", currency, rate from rates.ecb where currency in (?, ?)'
        ' and "date" between ? and ?',
        [currency, group, first - timedelta(days=REACH_DAYS), last],
    ).fetchall():
        euro.setdefault(day, {"EUR": Decimal(1)})[code] = Decimal(rate)
    quotes = {
        day: (legs[group] / legs[currency]).quantize(RATE_SCALE, ROUND_HALF_UP)
        for day, legs in euro.items()
        if currency in legs and group in legs
    }
    own = con.execute(
        "select cast(rate_date as date), rate from rates.treasury"
        " where from_currency = ? and to_currency = ? and kind = 'transaction'"
        " order by rate_date, cast(version as integer)",
        [currency, group],
    ).fetchall()
    return quotes | {day: Decimal(rate) for day, rate in own}


def _pick(quotes: dict[date, Decimal], day: date) -> Decimal | None:
    for age in range(REACH_DAYS + 1):
        if (rate := quotes.get(day - timedelta(days=age))) is not None:
            return rate
    return None


def order_sums() -> str:
    """Select list over ledger rows of one order: each component, native and in group money."""
    lines = []
    for name, formula in SUMS.items():
        kinds = ", ".join(f"'{k}'" for k in formula[1:].split())
        where = f"filter (kind in ({kinds}))"
        native = f"{formula[0]}coalesce(sum(amount) {where}, 0)"
        group = f"{formula[0]}coalesce(sum(amount_group) {where}, 0)"
        is_missing = f"count(*) {where} > count(amount_group) {where}"
        lines.append(f"cast({native} as decimal(38, 4)) as {name}")
        lines.append(
            f"case when {is_missing} then null else cast({group} as decimal(38, 4)) end as {name}_group"
        )
    return ",\n".join(lines)


def _create_orders(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create or replace table truth.orders_answer as
        with sums as (select account, order_id, {order_sums()} from truth.ledger group by account, order_id)
        select o.account, cast(o.order_id as varchar) as order_id, '#' || (1000 + o.number) as order_name,
            o.is_test,
            case when o.gone_at is not null and o.cancel not like 'voided%' then 'cancelled'
                when o.gone_at is not null then 'voided'
                when t.closed_at is not null then 'closed' else 'open' end as status,
            {", ".join(f"coalesce(s.{n}, 0) as {n}" for n in SUMS)},
            {", ".join(f"case when s.order_id is null then 0 else s.{n}_group end as {n}_group" for n in SUMS)}
        from truth.orders as o
        join truth.states as t using (ono)
        left join sums as s on s.account = o.account and s.order_id = cast(o.order_id as varchar)"""
    )
