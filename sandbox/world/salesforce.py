"""Sales as it really is: ``truth.sf_contacts``, ``sf_leads`` and ``sf_accounts`` at the clock.

Grain: one row per contact, lead or account that there ever was, deleted ones too. A merge keeps the id of
its winner and deletes the loser, which then names the winner (``master_id``); undeleted it names nobody.
"""

from datetime import datetime, timedelta

import duckdb

from sandbox.world.people import person
from sandbox.world.salesforce_accounts import account_id, create_salesforce_accounts
from sandbox.world.salesforce_ids import PREFIXES, create_id_macros
from sandbox.world.salesforce_people import create_outsiders
from sandbox.world.salesforce_plans import (
    WRONG_MERGE_DAYS,
    WRONG_MERGE_UNDONE_DAYS,
    create_salesforce_plans,
)

SLOTS = 4  # contact ids kept for each person


def create_salesforce(con: duckdb.DuckDBPyConnection, base: datetime, clock: datetime) -> None:
    create_outsiders(con)
    create_id_macros(con)
    create_salesforce_plans(con, base)
    create_salesforce_accounts(con, clock)
    _create_contacts(con, base, clock)
    _create_leads(con, clock)


def _create_contacts(con: duckdb.DuckDBPyConnection, base: datetime, clock: datetime) -> None:
    wrong, undone = (
        f"timestamp '{base + timedelta(days=days):%Y-%m-%d %H:%M:%S}'"
        for days in (WRONG_MERGE_DAYS, WRONG_MERGE_UNDONE_DAYS)
    )
    con.execute(
        f"""create table truth.sf_contacts as
        with slots as (
            select pid, 0 as slot, form_0 as form, created_0 as made_at, linked_at as named_at,
                -- One of a couple is merged into the other by mistake, and undeleted a week later.
                case when pid = {person("couple_2")} then {wrong} else coalesce(chained_at, deleted_at) end as gone_at,
                case when pid = {person("couple_2")} then {person("couple_1")} when chained_at is not null then pid
                    end as gone_pid,
                case when pid = {person("couple_2")} then 0 else 2 end as gone_slot,
                case when pid = {person("couple_2")} then {undone} else restored_at end as back_at,
                case when pid = {person("couple_1")} then {wrong} else merged_at end as absorbed_at,
                opted_in_at, opted_out_at, has_phone from truth.sf_plans
            union all
            select pid, 1, form_1, created_1, second_linked_at, merged_at, pid, 0, unmerged_at, null, null, null, false
            from truth.sf_plans where created_1 is not null
            union all
            select pid, 2, form_2, created_2, null, null, null, null, null, chained_at, null, null, has_phone
            from truth.sf_plans where created_2 is not null),
        told as (
            select s.*, gone_at <= $clock and coalesce(back_at > $clock, true) as is_deleted,
                case when gone_at <= $clock and coalesce(back_at > $clock, true) then gone_at else $clock end as until_at
            from slots as s where made_at <= $clock)
        select t.pid, t.slot, p.org, {_contact_id("t.pid", "t.slot", "p.org")} as contact_id, t.made_at, t.form,
            coalesce(t.is_deleted, false) as is_deleted, case when t.is_deleted then t.gone_at end as deleted_at,
            case when t.is_deleted and gone_pid is not null then {_contact_id("gone_pid", "gone_slot", "p.org")} end
                as master_id,
            case when named_at <= until_at then p.customer end as customer,
            case when t.opted_in_at <= until_at then t.opted_in_at end as opted_in_at,
            case when t.opted_out_at <= until_at then t.opted_out_at end as opted_out_at,
            t.has_phone,
            greatest(made_at, case when named_at <= until_at then named_at end,
                case when absorbed_at <= until_at then absorbed_at end,
                case when t.opted_out_at <= until_at then t.opted_out_at end,
                case when gone_at <= $clock then gone_at end, case when back_at <= $clock then back_at end)
                as modified_at
        from told as t join truth.sf_plans as p using (pid)
        order by contact_id""",
        {"clock": clock.replace(tzinfo=None)},
    )


def _create_leads(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """A converted lead names the contact that it became, and the account that it went to."""
    con.execute(
        f"""create table truth.sf_leads as
        with told as (
            select *, converted_at <= $clock as has_converted, deleted_at <= $clock as is_gone,
                least($clock, deleted_at, converted_at) as until_at
            from truth.sf_lead_plans where created_at <= $clock)
        select t.pid, t.org, sf_id('{PREFIXES["leads"]}', t.org, t.pid) as lead_id, t.created_at as made_at, t.form,
            coalesce(is_gone, false) as is_deleted, case when is_gone then t.deleted_at end as deleted_at,
            coalesce(has_converted, false) as is_converted,
            case when has_converted then t.converted_at end as converted_at,
            case when has_converted then {_contact_id("t.pid", "0", "t.org")} end as converted_contact_id,
            case when has_converted then {account_id("coalesce(p.company_id, 0)", "t.org")} end as converted_account_id,
            case when t.opted_out_at <= until_at then t.opted_out_at end as opted_out_at,
            t.has_phone,
            greatest(t.created_at, case when has_converted then t.converted_at end,
                case when t.opted_out_at <= until_at then t.opted_out_at end,
                case when is_gone then t.deleted_at end) as modified_at
        from told as t left join truth.sf_plans as p using (pid)
        order by lead_id""",
        {"clock": clock.replace(tzinfo=None)},
    )


def _contact_id(pid: str, slot: str, org: str) -> str:
    return f"sf_id('{PREFIXES['contacts']}', {org}, {pid} * {SLOTS} + {slot})"
