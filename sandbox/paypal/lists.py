"""What PayPal's lists answer from a world: transactions, balances, disputes.

Source: developer.paypal.com: transaction search v1, customer disputes v1.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import orjson
from starlette.datastructures import QueryParams

from sandbox.paypal.errors import RequestError
from sandbox.paypal.parameters import moment, number, span
from sandbox.world.paypal_accounts import LAG_HOURS, PAYER_ACCOUNT_ID, PRIMARY, SWEPT_TO

LARGEST_RESULT = 10_000
PAGE_SIZE, LARGEST_PAGE = 100, 500
DISPUTES_PAGE, LARGEST_DISPUTES_PAGE = 10, 50
EVER = tuple(datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1970, 2999))


def transactions(
    con: duckdb.DuckDBPyConnection, now: datetime, asked: QueryParams, fault: str | None
) -> dict[str, Any]:
    """A page of what was begun in a span; what is younger than the lag isn't known yet."""
    start, end = span(asked)
    size = number(asked, "page_size", PAGE_SIZE, 1, LARGEST_PAGE)
    page = number(asked, "page", 1, 1, 2**31 - 1)
    where = ["_at between ? and ?", "_shown_at <= ?"]
    given: list[Any] = [start, end, now]
    if asked.get("balance_affecting_records_only", "Y") != "N":
        where.append("_is_booked")
    for name, column in (
        ("transaction_id", "id"),
        ("transaction_type", "_code"),
        ("transaction_status", "_status"),
        ("transaction_currency", "_currency"),
    ):
        if asked.get(name):
            where.append(f"{column} = ?")
            given.append(asked[name])
    condition = " and ".join(where)
    total = _one(con, f"select count(*) from paypal.transactions where {condition}", given)
    if total > LARGEST_RESULT:
        raise RequestError(400, "RESULTSET_TOO_LARGE")
    shown = page + {"duplicate_page": -1 if page > 1 else 0, "missing_page": 1}.get(fault or "", 0)
    rows = con.execute(
        f"select transaction_info, payer_info from paypal.transactions where {condition}"
        " order by _seq limit ? offset ?",
        [*given, size, (shown - 1) * size],
    ).fetchall()
    if fault == "duplicate_page" and page == 1:
        rows += rows
    if fault == "reordered_page":
        rows.reverse()
    with_payer = {"all", "payer_info"} & set(asked.get("fields", "transaction_info").split(","))
    return {
        "transaction_details": [
            {"transaction_info": _known(info)}
            | ({"payer_info": _known(payer)} if with_payer else {})
            for info, payer in rows
        ],
        "account_number": PAYER_ACCOUNT_ID,
        "start_date": _time(start),
        "end_date": _time(min(end, now - timedelta(hours=LAG_HOURS))),
        "last_refreshed_datetime": _time(now - timedelta(hours=LAG_HOURS)),
        "page": page,
        "total_items": total,
        "total_pages": math.ceil(total / size),
        "links": [],
    }


def balances(con: duckdb.DuckDBPyConnection, now: datetime, asked: QueryParams) -> dict[str, Any]:
    """Each currency's balance as of a moment; money is withheld while a hold on it stands."""
    refreshed = now - timedelta(hours=LAG_HOURS)
    at = min(moment(asked, "as_of_time", refreshed), refreshed)
    rows = con.execute(
        """select _currency, cast(sum(_amount - _fee) as bigint) as available,
            cast(-sum(case when _code in ('T1110', 'T1111', 'T2103', 'T2104') then _amount else 0 end) as bigint)
                as withheld
        from paypal.transactions where _is_booked and _at <= ? group by 1 order by 1""",
        [at],
    ).fetchall()
    found = {currency: (available, withheld) for currency, available, withheld in rows}
    wanted = asked.get("currency_code", "ALL")
    names = [c for c in dict.fromkeys([*SWEPT_TO, *found]) if wanted in ("ALL", c)]
    return {
        "balances": [_balance(con, name, *found.get(name, (0, 0))) for name in names],
        "account_id": PAYER_ACCOUNT_ID,
        "as_of_time": _time(at),
        "last_refresh_time": _time(refreshed),
    }


def _balance(con: duckdb.DuckDBPyConnection, currency: str, available: int, withheld: int) -> dict:
    def money(minor: int) -> dict[str, str]:
        return {
            "currency_code": currency,
            "value": _one(con, "select paypal_text(?, ?)", [minor, currency]),
        }

    shown: dict[str, Any] = {"currency": currency, "primary": currency == PRIMARY}
    shown["total_balance"] = money(available + withheld)
    return shown | {"available_balance": money(available), "withheld_balance": money(withheld)}


def disputes(con: duckdb.DuckDBPyConnection, asked: QueryParams, base: str) -> dict[str, Any]:
    """A page of disputes, the latest first; ``next_page_token`` leads on through the ``next`` link."""
    size = number(asked, "page_size", DISPUTES_PAGE, 1, LARGEST_DISPUTES_PAGE)
    first = number(asked, "next_page_token", 0, 0, 2**31 - 1)
    since = moment(asked, "update_time_after", EVER[0])
    until = moment(asked, "update_time_before", EVER[1])
    rows = con.execute(
        """select id, summary from paypal.disputes where _updated_at >= ? and _updated_at < ?
        order by _created_at desc, id limit ? offset ?""",
        [since, until, size + 1, first],
    ).fetchall()
    links = [{"href": f"{base}/v1/customer/disputes", "rel": "first", "method": "GET"}]
    if len(rows) > size:
        kept = "&".join(f"{k}={v}" for k, v in asked.items() if k != "next_page_token")
        href = f"{base}/v1/customer/disputes?{kept}&next_page_token={first + size}"
        links.append({"href": href, "rel": "next", "method": "GET"})
    return {"items": [_dispute(id_, text, base) for id_, text in rows[:size]], "links": links}


def dispute(con: duckdb.DuckDBPyConnection, id_: str, base: str) -> dict[str, Any]:
    rows = con.execute("select summary, detail from paypal.disputes where id = ?", [id_]).fetchall()
    if not rows:
        raise RequestError(404, "RESOURCE_NOT_FOUND")
    return _dispute(id_, rows[0][0], base) | _known(rows[0][1])


def _dispute(id_: str, text: str, base: str) -> dict[str, Any]:
    href = f"{base}/v1/customer/disputes/{id_}"
    return _known(text) | {"links": [{"href": href, "rel": "self", "method": "GET"}]}


def _known(text: str) -> dict[str, Any]:
    """PayPal leaves out what it has no value for."""
    return {name: value for name, value in orjson.loads(text).items() if value is not None}


def _one(con: duckdb.DuckDBPyConnection, query: str, given: list[Any]) -> Any:
    row = con.execute(query, given).fetchone()
    return row[0] if row else None


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")
