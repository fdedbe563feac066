"""A transactions table (CSV or Parquet) replayed as one Shopify shop named ``replay``.

Every invoice is an order, every row of the file exactly one sale. Codes that are no merchandise go to
shipping, fees, adjustments or gift cards by ``CODES``. Values that cannot be read are served as they
stand: a bad price or quantity as the sale's amount, a bad first date as the order's ``processedAt``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb

from sandbox.answers import SUMS, copy_parquet, create_ledger, order_sums
from sandbox.replay_render import render
from sandbox.world.columns import store_rows
from sandbox.world.macros import create_macros
from sandbox.world.model import ShopSpec, World
from sandbox.world.rates import create_rates
from sandbox.world.shops import EXPONENTS
from sandbox.world.tables import create as create_tables

# What each column of the file is called; the values fit the online retail table.
COLUMNS = {
    "invoice": "InvoiceNo",
    "code": "StockCode",
    "description": "Description",
    "quantity": "Quantity",
    "date": "InvoiceDate",
    "price": "UnitPrice",
    "customer": "CustomerID",
    "country": "Country",
}
# Codes that are no merchandise; D is the discount that a return invoice takes back.
CODES = {
    "POST": "shipping",
    "DOT": "shipping",
    "C2": "shipping",
    "BANK CHARGES": "fee",
    "AMAZONFEE": "fee",
    "CRUK": "fee",
    "M": "adjustment",
    "m": "adjustment",
    "B": "adjustment",
    "S": "adjustment",
    "D": "adjustment",
}
GIFT_CARD_PREFIX = "gift_"
RETURN_PREFIX = "C"  # an invoice that takes back
DISCOUNT_CODE = "D"
MARGIN_DAYS = 14
# As the vendor prints decimals: no trailing zeros, but always one digit after the point. A file's amounts
# may have more digits than a float holds, so this trims text.
DECIMAL_TEXT = """
create macro decimal_text(amount) as case
    when ends_with(rtrim(cast(amount as varchar), '0'), '.') then rtrim(cast(amount as varchar), '0') || '0'
    else rtrim(cast(amount as varchar), '0') end;
"""


def build(
    file: Path | str,
    currency: str,
    zone: str,
    columns: Mapping[str, str] | None = None,
    date_format: str | None = None,
) -> World:
    """The world of one shop that made exactly the transactions in ``file``.

    ``columns`` maps ``COLUMNS``' keys to the file's own names, and may add ``currency`` where rows
    carry theirs; dates are local to ``zone``, ISO unless ``date_format`` (strptime) says otherwise.
    """
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    create_tables(con)
    create_macros(con, EXPONENTS)
    con.execute(DECIMAL_TEXT)
    con.execute("create schema truth")
    _read(con, Path(file), {**COLUMNS, **(columns or {})}, currency)
    _understand(con, zone, date_format)
    _create_orders(con)
    clock, first = _span(con)
    history_from = first.date() - timedelta(days=MARGIN_DAYS)
    create_rates(con, clock, clock, history_from)
    taxes_included = False  # the file knows no taxes
    shop = ShopSpec(
        "replay", "replay-ltd", zone, currency, None, "shop-team-replay", taxes_included, "token"
    )
    render(con, shop, clock)
    return World(con, clock, [shop], history_from, write_answers, report=_report(con))


def _read(
    con: duckdb.DuckDBPyConnection, file: Path, columns: dict[str, str], currency: str
) -> None:
    """``truth.file``: the rows as text, numbered as they stand."""
    if not file.exists():
        raise FileNotFoundError(f"replay file {file}: no such file")
    path = str(file).replace("'", "''")
    source = f"read_csv('{path}', all_varchar = true)" if file.suffix == ".csv" else f"'{path}'"
    found = [d[0] for d in con.execute(f"select * from {source} limit 0").description or []]
    missing = sorted({name for key, name in columns.items() if name not in found})
    if missing:
        raise ValueError(
            f"replay file {file}: no column {missing}; it has {found}; map them by name"
        )
    picked = ", ".join(f'cast("{name}" as varchar) as "{key}"' for key, name in columns.items())
    own_currency = "" if "currency" in columns else f", '{currency}' as currency"
    con.execute(
        f"create table truth.file as select {picked}{own_currency}, row_number() over () as row_no from {source}"
    )


def _understand(con: duckdb.DuckDBPyConnection, zone: str, date_format: str | None) -> None:
    """``truth.rows``: target, exact amount (or the text that is none), time in UTC."""
    store_rows(con, "truth.codes", ["code", "target"], list(CODES.items()))
    parsed = (
        f"try_strptime(date, '{date_format}')" if date_format else "try_cast(date as timestamp)"
    )
    con.execute(
        f"""create table truth.rows as
        with read as (
            select f.row_no, coalesce(f.invoice, '') as invoice, f.code, f.description, f.date, f.price,
                f.quantity, f.country, f.currency, nullif(regexp_replace(f.customer, '[.]0+$', ''), '') as customer,
                coalesce(f.invoice, '') like '{RETURN_PREFIX}%' as is_return,
                case when c.target is not null then c.target
                    when f.code like '{GIFT_CARD_PREFIX.replace("_", "!_")}%' escape '!' then 'gift_card'
                    else 'product' end as target,
                try_cast(f.quantity as decimal(18, 4)) as units,
                -- Ten places hold any price exactly; one with more stays text.
                case when regexp_matches(f.price, '[.][0-9]{{11,}}$') then null
                    else try_cast(f.price as decimal(19, 10)) end as unit_price,
                timezone('UTC', timezone('{zone}', {parsed})) as happened_at
            from truth.file as f left join truth.codes as c using (code))
        select *, case when target = 'adjustment' and not (is_return and code = '{DISCOUNT_CODE}') then 'edit'
                when is_return then 'refund' else 'order' end as agreement,
            case when is_return then 'RETURN' else 'ORDER' end as action,
            cast(units as decimal(16, 4)) * unit_price as amount,
            case when unit_price is null then coalesce(price, '')
                when units is null then coalesce(quantity, '')
                else decimal_text(cast(units as decimal(16, 4)) * unit_price) end as amount_text
        from read order by row_no"""
    )
    con.execute("drop table truth.file")


def _create_orders(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.orders``: one per invoice, dated by its first row."""
    con.execute(
        """create table truth.orders as
        with invoices as (
            select invoice, min_by(date, row_no) as date, first(happened_at order by row_no) as happened_at,
                min(row_no) as first_row, any_value(is_return) as is_return,
                first(customer order by row_no) as customer, first(country order by row_no) as country,
                coalesce(sum(amount), 0) as amount,
                coalesce(sum(amount) filter (target = 'shipping'), 0) as shipping,
                bool_or(agreement = 'edit') as is_edited, bool_or(agreement = 'refund') as is_refunded
            from truth.rows group by invoice)
        select *, row_number() over (order by first_row) as number from invoices order by number"""
    )


def _span(con: duckdb.DuckDBPyConnection) -> tuple[datetime, datetime]:
    first, last = con.execute(
        "select min(happened_at), max(happened_at) from truth.rows"
    ).fetchall()[0]
    if last is None:
        raise ValueError("replay: no row has a date that can be read; give date_format")
    day_after = last.date() + timedelta(days=1)
    return datetime.combine(day_after, time(6), UTC), first


def _report(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Rows and totals per target and code; merchandise is one line."""
    names = ["target", "code", "rows", "amount", "unreadable"]
    rows = con.execute(
        """select target, case when target = 'product' then 'all merchandise' else code end, count(*),
            cast(coalesce(sum(amount), 0) as decimal(38, 4)), count(*) filter (amount is null)
        from truth.rows group by all order by 1, 2"""
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def write_answers(world: World, folder: Path) -> None:
    """Ledger and orders as for a generated world; people and totals by target beside them."""
    con = world.con
    shop = world.shops[0]
    con.execute(
        f"""create or replace table truth.entries as
        select '{shop.account}' as account, '{shop.legal_entity}' as legal_entity, '{shop.zone}' as zone,
            order_id_of(o.number) as order_id,
            case when r.target in ('product', 'shipping', 'gift_card') then row_id_of(r.row_no) end as line_id,
            case when r.target = 'product' then case when r.is_return then 'return' else 'sale' end
                when r.target = 'adjustment' and r.agreement = 'refund' then 'return'
                when r.target = 'gift_card' then 'gift_card_sold' else r.target end as kind,
            o.happened_at as event_at, o.happened_at as rated_at, '{shop.currency}' as currency, 4 as exponent,
            cast(r.amount * 10000 as bigint) as minor
        from truth.rows as r join truth.orders as o using (invoice)
        where o.happened_at is not null and r.amount is not null
            -- Money of more than four places is no amount for the warehouse: a dead letter.
            and r.amount = round(r.amount, 4) and r.currency = '{shop.currency}'"""
    )
    create_ledger(con, "truth.entries", world.group_currency)
    copy_parquet(con, "from truth.ledger order by all", folder / "ledger.parquet")
    zeros = ", ".join(f"coalesce(s.{n}, 0) as {n}" for n in SUMS)
    groups = ", ".join(
        f"case when s.order_id is null then 0 else s.{n}_group end as {n}_group" for n in SUMS
    )
    copy_parquet(
        con,
        f"""with sums as (select order_id, {order_sums()} from truth.ledger group by order_id)
        select '{shop.account}' as account, order_id_of(o.number) as order_id, o.invoice as order_name,
            false as is_test, 'open' as status, {zeros}, {groups}
        from truth.orders as o left join sums as s on s.order_id = order_id_of(o.number)
        where o.happened_at is not null order by order_id""",
        folder / "orders.parquet",
    )
    _write_people(con, shop.account, folder)
    copy_parquet(
        con,
        """select r.target, r.code, count(*) as rows, coalesce(sum(r.amount), 0) as amount,
            count(*) filter (r.amount is null) as unreadable_rows,
            count(*) filter (o.happened_at is null) as undated_rows
        from truth.rows as r join truth.orders as o using (invoice) group by all order by all""",
        folder / "replay_totals.parquet",
    )


def _write_people(con: duckdb.DuckDBPyConnection, account: str, folder: Path) -> None:
    """The file names customers only, so a guest's checkout is a person of its own."""
    people = f"""select distinct coalesce('c' || customer, 'order:' || order_id_of(number)) as person_id,
        'shopify' as system, '{account}' as account,
        coalesce(customer, 'order:' || order_id_of(number)) as source_id, customer is not null as linkable,
        coalesce(customer, 'order:' || order_id_of(number)) as cluster_id,
        case when customer is null then 'no e-mail' else '' end as note
        from truth.orders where customer is not null or happened_at is not null"""
    copy_parquet(con, f"{people} order by person_id", folder / "person_records.parquet")
    copy_parquet(
        con,
        f"select person_id, case when linkable then 'customer' else 'guest' end as kind from ({people})"
        " order by person_id",
        folder / "persons.parquet",
    )
