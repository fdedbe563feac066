"""Published reconciliation against the sandbox's answer key: each row's state, each fault's kind, both sums.

Part of :mod:`tests.end_to_end.scorecard`, whose connection it is given: the mart is ``p.marts.<name>``,
the answer ``<name>``.
"""

import duckdb

KEY = ("leg", "side", "system", "account", "source_id")
QUIET = "('matched', 'not_expected', 'timing')"
KINDS = {
    *("amount_difference", "bank_unidentified", "currency_mismatch", "duplicate_capture"),
    *("duplicate_record", "failed_refund", "fee_drift", "fx_payout", "hidden_movement"),
    *("missing_at_bank", "missing_in_payout", "missing_in_psp", "missing_in_shop"),
    *("payout_failed", "payout_short", "reserve_held"),
}
"""The kinds of money fault that every world has."""
_SAME = " and ".join(f"a.{column} = m.{column}" for column in KEY)


def differing_rows(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(leg, side, system, account, source id, expected state, found state, expected and found amounts)."""
    return con.execute(
        f"""select {", ".join(f"coalesce(a.{c}, m.{c})" for c in KEY)}, a.state, m.state, a.amount, m.amount,
            a.currency, m.currency, a.difference_amount, m.difference_amount
        from reconciliation as a full join p.marts.reconciliation as m on {_SAME}
        where a.state is distinct from m.state or a.amount is distinct from m.amount
            or a.currency is distinct from m.currency
            or a.difference_amount is distinct from m.difference_amount
        order by all"""
    ).fetchall()


def faults(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(kind, injected, found, false): rows of the key's faults, those found, and those found that nobody put there."""
    return con.execute(
        f"""with injected as (
            select f.*, k.state
            from money_faults as f
            join reconciliation as k using (leg, side, system, account, source_id)
            where f.kind not in ('fee_drift', 'fx_payout')),
        found as (
            select i.kind, m.source_id is not null as is_found
            from injected as i
            left join p.marts.reconciliation as m
                on i.leg = m.leg and i.side = m.side and i.system = m.system and i.account = m.account
                and i.source_id = m.source_id and i.state = m.state
            union all
            select 'fee_drift', d.entry_id is not null
            from (from money_faults where kind = 'fee_drift') as f
            left join p.marts.fee_drift as d
                on f.system = d.system and f.account = d.account and f.source_id = d.entry_id
            union all
            select 'fx_payout', p.payout_id is not null
            from (from money_faults where kind = 'fx_payout') as f
            left join p.marts.reconciliation as m
                on f.leg = m.leg and f.side = m.side and f.system = m.system and f.account = m.account
                and f.source_id = m.source_id and m.state = 'matched'
            left join p.marts.payouts as p
                on f.system = p.system and f.account = p.account and f.source_id = p.payout_id and m.source_id is not null),
        wrong as (
            select m.state as kind
            from p.marts.reconciliation as m
            left join reconciliation as a on {_SAME}
            where m.state not in {QUIET} and a.state is distinct from m.state
            union all
            select 'fee_drift' from p.marts.fee_drift as d
            left join (from money_faults where kind = 'fee_drift') as f
                on f.system = d.system and f.account = d.account and f.source_id = d.entry_id
            where f.source_id is null)
        select kind, sum(injected), sum(found), sum(wrong) from (
            select kind, 1 as injected, cast(is_found as integer) as found, 0 as wrong from found
            union all
            select kind, 0, 0, 1 from wrong)
        group by kind order by kind"""
    ).fetchall()


def sums(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(leg, side, account, currency, rows, sum over sources, sum over states, difference) of each side."""
    return con.execute(
        """with answer as (
            select leg, side, account, currency, count(*) as n, sum(amount) as amount from reconciliation group by all),
        mart as (
            select leg, side, account, currency, count(*) as n, sum(amount) as amount
            from p.marts.reconciliation group by all)
        select coalesce(a.leg, m.leg), coalesce(a.side, m.side), coalesce(a.account, m.account),
            coalesce(a.currency, m.currency), m.n, a.amount, m.amount, m.amount - a.amount
        from answer as a full join mart as m
            on a.leg = m.leg and a.side = m.side and a.account = m.account and a.currency = m.currency
        order by 1, 2, 3, 4"""
    ).fetchall()


def lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The scorecard as it is printed."""
    told = ["leg\tside\taccount\tcurrency\trows\tsources\tstates\tdifference"]
    told += ["\t".join(str(value) for value in row) for row in sums(con)]
    told += shown(faults(con))
    return [*told, f"rows of reconciliation that differ: {len(differing_rows(con))}"]


def shown(table: list[tuple]) -> list[str]:
    """The faults by kind as they are printed."""
    rows = [("fault", "injected", "found", "false"), *table]
    return ["\t".join(str(value) for value in row) for row in rows]
