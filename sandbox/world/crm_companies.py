"""``truth.crm_companies`` and ``crm_associations``: business buyers' companies, some of them twice.

Slots as for contacts: 0 the company, 1 a duplicate, 3 what their merge became.
"""

from datetime import datetime

import duckdb

from sandbox.world.people import person

FIRST_COMPANY_ID, COMPANY_STEP = 30_100_000_007, 40
ADVISOR = (
    0  # a consultancy that several companies' contacts work with: a second, labelled association
)
MERGE_DAYS = 45
OPENED = "2025-10-01 08:30:00"  # when the advisor came into the CRM


def create_company_plans(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.crm_company_plans``: when a company came, came twice, and the two were merged."""
    named = person("company_buyer")
    con.execute(
        f"""create table truth.crm_company_plans as
        with known as (
            select company_id as company, arg_min(country, (created_0, pid)) as country,
                min(created_0) as created_0, bool_or(pid = {named}) as is_named
            from truth.crm_plans where company_id is not null group by company_id
            union all
            select {ADVISOR}, 'DE', timestamp '{OPENED}', false)
        select *, case when is_named or company % 4 = 3 then created_0 + interval 20 day end as created_1,
            case when is_named or company % 8 = 3
                then created_0 + interval {20 + MERGE_DAYS} day end as merged_at
        from known"""
    )


def create_crm_companies(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    con.execute(
        f"""create table truth.crm_companies as
        with planned as (select * from truth.crm_company_plans),
        slots as (
            select company, country, 0 as slot, created_0 as made_at, created_0, merged_at from planned
            union all select company, country, 1, created_1, created_1, merged_at from planned
            union all select company, country, 3, merged_at, created_0, null from planned)
        select company, slot, {_company_id("company", "slot")} as company_id, country, made_at,
            created_0 as created_at,
            case when merged_at <= $clock then {_company_id("company", "3")} end as merged_into
        from slots where made_at <= $clock order by company_id""",
        {"clock": clock.replace(tzinfo=None)},
    )
    con.execute(
        f"""create table truth.crm_associations as
        with shown as (
            select c.contact_id, c.pid, c.made_at, p.company_id as company
            from truth.crm_contacts as c join truth.crm_plans as p using (pid)
            where p.company_id is not null and c.merged_into is null and c.archived_at is null),
        companies as (select * from truth.crm_companies where merged_into is null and slot <> 1)
        select s.contact_id, c.company_id, true as is_primary, null as label
        from shown as s join companies as c using (company)
        union all
        select s.contact_id, c.company_id, false, 'Advisor'
        from shown as s join companies as c on c.company = {ADVISOR}
        where s.pid % 5 = 2
        order by 1, 2"""
    )


def _company_id(company: str, slot: str) -> str:
    return f"{FIRST_COMPANY_ID} + ({company} * 8 + {slot}) * {COMPANY_STEP}"
