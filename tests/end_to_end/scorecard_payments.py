"""Published payments and shipments against the sandbox's answer key; difference 0, each row and each sum.

Part of :mod:`tests.end_to_end.scorecard`, whose connection it is given: the mart is ``p.marts.<name>``,
the answer ``<name>``.
"""

import duckdb

ENTRY = ("kind", "occurred_at", "order_account", "order_id", "charge_id", "payout_id", "currency")
MONEY = ("gross_amount", "fee_amount", "tax_on_fee_amount", "net_amount")
PAYOUT = (
    "amount",
    "currency",
    "status",
    "arrived_date",
    "entries_net_amount",
    "residual_amount",
)
DISPUTE = (
    "charge_id",
    "order_account",
    "order_id",
    "status",
    "is_inquiry",
    "amount",
    "currency",
    "withdrawn_amount",
    "reinstated_amount",
    "fee_amount",
)
SHIPMENT = (
    "order_account",
    "order_id",
    "carrier",
    "status",
    "delivered_at",
    "exception_at",
    "returned_at",
)


def differences(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    """Per mart: (account, id, column, expected, found) of each cell that differs, rows of one side too."""
    return {
        mart: _differing(con, answer, mart, key, columns)
        for mart, answer, key, columns in (
            ("payment_ledger", "payment_entries", "entry_id", (*ENTRY, *MONEY)),
            ("payouts", "payouts", "payout_id", PAYOUT),
            ("disputes", "disputes", "dispute_id", DISPUTE),
            ("shipments", "shipments", "shipment_id", SHIPMENT),
        )
    }


def by_account(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(account, currency, kind, what, entries, expected, found, difference) of the payment ledger."""
    rows = []
    for amount in MONEY:
        rows += con.execute(
            f"""with answer as (select account, currency, kind, sum({amount}) as amount
                    from payment_entries group by all),
                mart as (select account, currency, kind, count(*) as entries, sum({amount}) as amount
                    from p.marts.payment_ledger where not is_duplicate_record group by all)
                select coalesce(a.account, m.account), coalesce(a.currency, m.currency),
                    coalesce(a.kind, m.kind), '{amount}', m.entries, a.amount, m.amount, m.amount - a.amount
                from answer as a full join mart as m
                    on a.account = m.account and a.currency = m.currency and a.kind = m.kind
                order by 1, 2, 3"""
        ).fetchall()
    return rows + _payouts(con) + _disputes(con)


def shipments(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(account, status, expected, found, difference): how many parcels of an account came to what."""
    return con.execute(
        """with answer as (select account, status, count(*) as parcels from shipments group by all),
            mart as (select account, status, count(*) as parcels from p.marts.shipments group by all)
        select coalesce(a.account, m.account), coalesce(a.status, m.status), a.parcels, m.parcels,
            m.parcels - a.parcels
        from answer as a full join mart as m on a.account = m.account and a.status = m.status order by 1, 2"""
    ).fetchall()


def lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The scorecard as it is printed."""
    rows = [*by_account(con), *shipments(con)]
    told = ["\t".join(str(value) for value in row) for row in rows]
    return told + [
        f"cells of {mart} that differ: {len(found)}" for mart, found in differences(con).items()
    ]


def _payouts(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    rows = []
    for amount in ("amount", "entries_net_amount", "residual_amount"):
        rows += con.execute(
            f"""with answer as (select account, currency, sum({amount}) as amount from payouts group by all),
                mart as (select account, currency, count(*) as payouts, sum({amount}) as amount
                    from p.marts.payouts where not is_duplicate_record group by all)
                select coalesce(a.account, m.account), coalesce(a.currency, m.currency), 'payouts', '{amount}',
                    m.payouts, a.amount, m.amount, m.amount - a.amount
                from answer as a full join mart as m on a.account = m.account and a.currency = m.currency
                order by 1, 2"""
        ).fetchall()
    return rows


def _disputes(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """By the currency that is disputed; an account may pay in several."""
    rows = []
    for amount in ("withdrawn_amount", "reinstated_amount", "fee_amount"):
        rows += con.execute(
            f"""with answer as (select account, currency, sum({amount}) as amount from disputes group by all),
                mart as (select account, currency, count(*) as disputes, sum({amount}) as amount
                    from p.marts.disputes group by all)
                select coalesce(a.account, m.account), coalesce(a.currency, m.currency), 'disputes', '{amount}',
                    m.disputes, a.amount, m.amount, m.amount - a.amount
                from answer as a full join mart as m on a.account = m.account and a.currency = m.currency
                order by 1, 2"""
        ).fetchall()
    return rows


def _differing(
    con: duckdb.DuckDBPyConnection, answer: str, mart: str, key: str, columns: tuple[str, ...]
) -> list[tuple]:
    told_once = "where not is_duplicate_record" if mart in ("payment_ledger", "payouts") else ""
    compared = " union all ".join(
        f"""select coalesce(a.account, m.account) as account, coalesce(a.{key}, m.{key}) as id,
                '{column}' as "column", cast(a.{column} as varchar) as expected,
                cast(m.{column} as varchar) as found
            from {answer} as a
            full join (from p.marts.{mart} {told_once}) as m
                on a.system = m.system and a.account = m.account and a.{key} = m.{key}
            where a.{column} is distinct from m.{column} or a.{key} is null or m.{key} is null"""
        for column in columns
    )
    return con.execute(f"{compared} order by all").fetchall()
