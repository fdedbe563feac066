"""``truth.sf_accounts``: businesses, the regions and groups that own them, and what was entered twice.

Two levels above a company: several of them make a region, several regions a group. A duplicate account is
merged into the first, which keeps its id; one account is deleted. Two businesses only buy in Japan.
"""

from datetime import datetime

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.companies import APPLICANTS
from sandbox.world.people import person
from sandbox.world.salesforce_ids import PREFIXES

REGIONS, GROUPS = 10_000_000, 20_000_000  # above every company's number
OF_A_REGION, OF_A_GROUP = (
    128,
    4,
)  # company numbers of a region, regions of a group: one number in 25 is taken
SLOTS = 2
OFFICE = APPLICANTS[0].company_id  # whose staff shares an address and a number
IN_JAPAN = (
    (30_000_001, "Sakura Trading K.K.", None, "Tokyo", "105-0001"),
    (30_000_002, "Sakura Trading Osaka", 30_000_001, "Osaka", "530-0001"),
    (30_000_003, "Kumo Hotels K.K.", None, "Tokyo", "150-0001"),
)  # fmt: skip


def account_id(company: str, org: str, slot: int = 0) -> str:
    """SQL of a company's account; company 0 stands for nobody's business."""
    return f"""case when {company} > 0 then
        sf_id('{PREFIXES["accounts"]}', {org}, {company} * {SLOTS} + {slot}) end"""


def create_salesforce_accounts(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    con.execute("alter table truth.sf_plans add column account_company bigint")
    con.execute(
        f"""update truth.sf_plans set account_company = case when kind = 'b2b' then company_id
            when org = 'sales-jp' and (kind = 'outsider' or chance(pid, 'sf employer', 100) < 25)
                then {IN_JAPAN[0][0]} + chance(pid, 'sf which', 3)
            when kind = 'outsider' and own_email like '%@hansekontor.example' then {OFFICE} else 0 end"""
    )
    applied = [(one.company_id, one.name, one.country, one.city, one.zip) for one in APPLICANTS]
    names = ["company", "name", "country", "city", "zip"]
    store_rows(con, "truth.sf_applied", names, applied)
    japan = ["company", "name", "parent", "city", "zip"]
    store_rows(con, "truth.sf_in_japan", japan, list(IN_JAPAN))
    _create_plans(con)
    con.execute("drop table truth.sf_applied")
    con.execute("drop table truth.sf_in_japan")
    _create_accounts(con, clock)


def _create_plans(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.sf_companies``: each business once, its parent, and when it was entered and entered again."""
    con.execute(
        f"""create table truth.sf_companies as
        with bought as (
            select company_id as company, 'Company ' || company_id as name, min(known_at) as known_at,
                arg_min(country, pid) as country, arg_min(city, pid) as city, arg_min(zip, pid) as zip
            from truth.sf_people where company_id is not null group by company_id),
        companies as (
            select *, case when chance(company, 'sf region', 100) < 60
                or company = (select company_id from truth.persons where pid = {person("company_buyer")})
                then {REGIONS} + company // {OF_A_REGION} end as parent
            from bought),
        regions as (
            select parent as company, 'Region ' || (parent - {REGIONS}) || ' Holding' as name,
                min(known_at) - interval 1 day as known_at, arg_min(country, company) as country,
                arg_min(city, company) as city, arg_min(zip, company) as zip,
                {GROUPS} + (parent - {REGIONS}) // {OF_A_GROUP} as parent
            from companies where parent is not null group by companies.parent),
        groups as (
            select parent as company, 'Group ' || (parent - {GROUPS}) || ' SE' as name,
                min(known_at) - interval 1 day as known_at, arg_min(country, company) as country,
                arg_min(city, company) as city, arg_min(zip, company) as zip, cast(null as bigint) as parent
            from regions group by regions.parent),
        everyone as (
            select *, 0 as level, 'sales-eu' as org from companies
            union all by name select *, 1 as level, 'sales-eu' as org from regions
            union all by name select *, 2 as level, 'sales-eu' as org from groups
            union all by name
            select company, name, timestamp '2025-11-02 09:00:00' as known_at, country, city, zip, null as parent,
                0 as level, 'sales-eu' as org from truth.sf_applied
            union all by name
            select company, name, timestamp '2025-11-02 09:00:00' as known_at, 'JP' as country, city, zip, parent,
                case when name like '%Trading K.K.' then 1 else 0 end as level, 'sales-jp' as org
            from truth.sf_in_japan)
        select e.*, named_at, case when level = 0 and company % 5 = 2 then known_at + sf_wait(company, 'sf twice', 5, 30)
                end as created_1,
            case when level = 0 and company % 10 = 2 then known_at + sf_wait(company, 'sf merge', 36, 20) end as merged_at,
            case when level = 0 and company % 17 = 3 then known_at + sf_wait(company, 'sf gone', 60, 200) end as deleted_at
        from everyone as e
        left join (select company_id as company, min(since) + interval 2 day as named_at
            from truth.companies group by company_id) using (company)"""
    )


def _create_accounts(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    con.execute(
        f"""create table truth.sf_accounts as
        with slots as (
            select company, 0 as slot, known_at as made_at, deleted_at as gone_at, false as is_merged,
                merged_at as absorbed_at from truth.sf_companies
            union all
            select company, 1, created_1, merged_at, true, null from truth.sf_companies where created_1 is not null)
        select s.company, s.slot, c.org, {account_id("s.company", "c.org")} as first_id,
            sf_id('{PREFIXES["accounts"]}', c.org, s.company * {SLOTS} + s.slot) as account_id, s.made_at, c.name,
            c.country, c.city, c.zip, c.parent, c.level,
            {account_id("coalesce(c.parent, 0)", "c.org")} as parent_id,
            coalesce(s.gone_at <= $clock, false) as is_deleted,
            case when s.gone_at <= $clock then s.gone_at end as deleted_at,
            case when s.gone_at <= $clock and s.is_merged then {account_id("s.company", "c.org")} end as master_id,
            -- Not every account was told which of the shop's companies it is.
            c.named_at <= $clock and s.slot = 0 and (c.level = 0 and c.company % 3 <> 1) as names_company,
            greatest(s.made_at, case when s.gone_at <= $clock then s.gone_at end,
                case when s.absorbed_at <= $clock then s.absorbed_at end,
                case when c.named_at <= $clock and s.slot = 0 then c.named_at end) as modified_at
        from slots as s join truth.sf_companies as c using (company)
        where s.made_at <= $clock
        order by account_id""",
        {"clock": clock.replace(tzinfo=None)},
    )
