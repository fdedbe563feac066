"""The banks' half of the world: what was booked by the clock, entry by entry, and which file says so.

``truth.bank_lines`` are the movements, ``truth.bank_booked`` those that a statement has; a statement of a
day is there at three o'clock (UTC) of the next. A line is an entry, or one of the several of an entry.
"""

import duckdb

from sandbox.world.bank_accounts import create_bank_accounts
from sandbox.world.bank_lines import PAID_SHORT_CASE, create_bank_lines
from sandbox.world.bank_payouts import create_bank_payouts
from sandbox.world.psp_cases import order_of

THERE_HOURS = 27  # from the beginning of a day until its statement is there
# The euro bank changed the version of its files, and from weeks to days.
NEWER_FROM, NEWEST_FROM = "2026-03-02", "2026-08-31"  # Mondays
SENT_TWICE = "2026-04-06"  # the Monday of the week whose file came again under another name


def create_bank(con: duckdb.DuckDBPyConnection) -> None:
    create_bank_accounts(con)
    create_bank_payouts(con)
    create_bank_lines(con, order_of(PAID_SHORT_CASE))
    _book(con)
    _file(con)


def _book(con: duckdb.DuckDBPyConnection) -> None:
    """References count an account's entries of a day; balances run over its days."""
    con.execute(
        f"""create table truth.bank_booked as
        with placed as (
            select a.bank, a.iban, a.mark, a.opening, l.*, coalesce(l.batch, l.key) as entry_key
            from truth.bank_lines as l join truth.bank_accounts as a using (legal_entity, currency)
            where l.booked_on + interval {THERE_HOURS} hour <= psp_now()),
        counted as (
            select *, dense_rank() over (partition by iban, booked_on order by entry_key) as entry_no,
                row_number() over (partition by iban, booked_on, entry_key order by key) as line_no,
                count(*) over (partition by iban, booked_on, entry_key) as lines
            from placed)
        select *, mark || strftime(booked_on, '%Y%m%d') || '-' || lpad(cast(entry_no as varchar), 4, '0')
                as entry_reference,
            mark || strftime(booked_on, '%Y%m%d') || '-' || lpad(cast(entry_no as varchar), 4, '0')
                || case when lines > 1 then '/' || line_no else '' end as entry_id,
            cast(opening + sum(amount) over (
                partition by iban order by booked_on, entry_no, line_no rows unbounded preceding) as bigint) as balance
        from counted order by iban, booked_on, entry_no, line_no"""
    )


def _file(con: duckdb.DuckDBPyConnection) -> None:
    """``bank.files``: one row per file, its days and when it last grew; ``bank.lines`` name their file."""
    con.execute("create schema bank")
    con.execute(
        f"""create table bank.lines as
        select * exclude (fault, what, payout_system, payout_account, payout_id, ono, tno),
            case when bank = 'bank-kk' then 'statement_' || strftime(booked_on, '%Y%m') || '.csv'
                when booked_on >= timestamp '{NEWEST_FROM}' then strftime(booked_on, 'camt053-%Y%m%d.xml')
                else strftime(booked_on, 'camt053-%G-W%V.xml') end as file,
            case when booked_on >= timestamp '{NEWEST_FROM}' then '08'
                when booked_on >= timestamp '{NEWER_FROM}' then '04' else '02' end as version
        from truth.bank_booked"""
    )
    con.execute(
        f"""create table bank.files as
        with summed as (
            select bank, file as name, file as source, any_value(version) as version, min(booked_on) as first_day,
                max(booked_on) as last_day
            from bank.lines group by bank, file),
        -- A week's file comes when the week is over.
        dated as (
            select *, case when bank = 'bank-kk' or version = '08' then last_day
                    else date_trunc('week', first_day) + interval 6 day end + interval {THERE_HOURS} hour as updated_at
            from summed),
        repeated as (
            select * from dated
            union all
            select bank, replace(name, '.xml', '-again.xml'), source, version, first_day, last_day,
                updated_at + interval 2 day
            from dated where bank = 'bank-gmbh' and date_trunc('week', first_day) = timestamp '{SENT_TWICE}')
        select * from repeated where updated_at <= psp_now() order by bank, name"""
    )
