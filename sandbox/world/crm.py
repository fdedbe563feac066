"""The CRM as it really is: ``truth.crm_contacts`` and what became of each by the clock.

Grain: one row per contact that HubSpot ever made, also those that a merge used up (``merged_into``).
A contact's content follows from events in the past, and ``modified_at`` is the last of them.
"""

from datetime import datetime

import duckdb

from sandbox.world.crm_companies import create_company_plans, create_crm_companies
from sandbox.world.crm_people import create_crm_people
from sandbox.world.crm_plans import create_crm_plans

FIRST_CONTACT_ID, CONTACT_STEP = 151_000_000_051, 50
SLOTS = 8  # ids kept for each person
TIERS = {"standard": 2, "gold": 4, "vip": 6}  # the order that lifts a customer into a tier
# Providers known to ignore a plus tag; a tag elsewhere is another address.
TAGS = "mail_domain in ('gmail.com', 'outlook.com', 'hotmail.com', 'icloud.com', 'proton.me')"


def create_crm(
    con: duckdb.DuckDBPyConnection,
    seed: int,
    base: datetime,
    clock: datetime,
    days: int,
    orders: int,
) -> None:
    create_crm_people(con, seed, base, clock, days, orders)
    create_crm_plans(con, seed)
    create_company_plans(con)
    _create_addresses(con)
    _create_contacts(con, clock)
    _create_states(con)
    create_crm_companies(con, clock)


def _create_addresses(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.crm_addresses``: what each of a person's three contacts is known by; no two are the same."""
    con.execute(
        f"""create table truth.crm_addresses as
        with forms as (
            select *, case
                    when form = 'tagged' and not {TAGS} then 'plain'
                    when form = 'dotless' and mail_domain <> 'gmail.com' then 'plain'
                    else form end as form_0
            from truth.crm_plans),
        others as (
            select *, case when form_1 = form_0 then 'plain' else form_1 end as form_b from forms)
        select pid, slot, form, lower(case
                when slot = 0 and shared_email is not null then shared_email
                when kind = 'phone_only' then null
                else case form
                    when 'plain' then mail_name || '@' || mail_domain
                    when 'tagged' then mail_name || '+crm@' || mail_domain
                    when 'dotless' then replace(mail_name, '.', '') || '@googlemail.com'
                    when 'second' then 'work.' || mail_name || '@example.org'
                    when 'private' then 'privat.' || mail_name || '@example.com' end end) as email
        from (
            select pid, 0 as slot, form_0 as form, * exclude (pid, form) from others
            union all by name
            select pid, 1 as slot, form_b as form, * exclude (pid, form) from others
            union all by name
            select pid, 2 as slot, case when third_form = 'none' and phone is null then 'private'
                else third_form end as form, * exclude (pid, form) from others)"""
    )


def _create_contacts(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    con.execute(
        f"""create table truth.crm_contacts as
        with slots as (
            select pid, 0 as slot, created_0 as created_at, merged_at as gone_at, 3 as gone_into,
                archived_0_at as archived_at from truth.crm_plans
            union all select pid, 1, created_1, merged_at, 3, archived_1_at from truth.crm_plans
            union all select pid, 2, created_2, chained_at, 4, null from truth.crm_plans
            union all select pid, 3, merged_at, chained_at, 4, null from truth.crm_plans
            union all select pid, 4, chained_at, null, null, null from truth.crm_plans)
        select s.pid, s.slot, {_contact_id("s.pid", "s.slot")} as contact_id,
            s.created_at as made_at,
            -- The merged record keeps the older date of creation: HubSpot's exception for it.
            case when s.slot < 3 then s.created_at else p.created_0 end as created_at,
            case when s.gone_at <= $clock then s.gone_at end as merged_at,
            case when s.gone_at <= $clock then {_contact_id("s.pid", "s.gone_into")} end as merged_into,
            case when s.archived_at <= $clock then s.archived_at end as archived_at,
            least($clock, s.archived_at, s.gone_at) as until_at
        from slots as s join truth.crm_plans as p using (pid)
        where s.created_at <= $clock
        order by contact_id""",
        {"clock": clock.replace(tzinfo=None)},
    )


def _create_states(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.crm_states``: each contact's changing content, and when it last changed."""
    lifts = ", ".join(
        f"bought_at[{order}] + interval 1 day as {t}_at" for t, order in TIERS.items()
    )
    # What a person does shows on the first contact and on what merges make of it.
    mine = "".join(
        f"case when slot in (0, 3, 4) and {e} <= until_at then {e} end as {e},\n"
        for e in (
            *("linked_0_at", "phoned_at", "opted_out_at", "tiered_at", "bought_at"),
            *(f"{tier}_at" for tier in TIERS),
        )
    )
    con.execute(
        f"""create table truth.crm_states as
        with facts as (
            select pid, linked_0_at, linked_1_at, phoned_at, opted_out_at, tiered_at, tier_by_hand,
                customer, p.merged_at as first_merged_at,
                bought_at[1] as bought_at, {lifts}, c.merged_at as company_merged_at
            from truth.crm_plans as p left join truth.crm_company_plans as c on c.company = p.company_id),
        joined as (select c.*, f.* exclude (pid) from truth.crm_contacts as c join facts as f using (pid)),
        happened as (
            select * replace (
                {mine}
                -- The duplicate's own link, which the merged record takes over.
                case when slot in (1, 3, 4) and linked_1_at <= least(until_at, coalesce(first_merged_at, until_at))
                    then linked_1_at end as linked_1_at,
                -- Its associated company is another one then.
                case when company_merged_at <= until_at then company_merged_at end as company_merged_at)
            from joined)
        select contact_id, pid, slot, phoned_at is not null as has_phone,
            opted_out_at is not null as has_opted_out, bought_at is not null as has_bought,
            case when linked_0_at is not null or linked_1_at is not null then customer end as customer,
            case when tiered_at is not null then tier_by_hand
                when vip_at is not null then 'vip' when gold_at is not null then 'gold'
                when standard_at is not null then 'standard' end as vip_tier,
            greatest(made_at, archived_at, linked_0_at, linked_1_at, phoned_at, opted_out_at, tiered_at,
                bought_at, company_merged_at, {", ".join(f"{t}_at" for t in TIERS)}) as modified_at
        from happened""",
    )


def _contact_id(pid: str, slot: str) -> str:
    return f"{FIRST_CONTACT_ID} + ({pid} * {SLOTS} + {slot}) * {CONTACT_STEP}"
