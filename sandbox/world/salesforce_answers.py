"""The answer key of businesses and of support: ``companies``, ``company_records``, ``company_people``, ``tickets``.

A company here is one business, whatever it is called and however often a system has it.
"""

from pathlib import Path

import duckdb

from sandbox.world.company_records import create_company_records

QUERIES = {
    # Level 0 buys, 1 is a region, 2 a group; a group is its own top.
    "companies": """
        with known as (
            select company, name, parent, level from truth.sf_companies
            union all
            -- Some are known to the other CRM alone.
            select distinct company, 'Company ' || company, cast(null as bigint), 0 from truth.crm_companies
            where company not in (select company from truth.sf_companies))
        select cast(c.company as varchar) as company_id, c.name, c.level, cast(c.parent as varchar) as parent_company_id,
            cast(coalesce(p.parent, c.parent, c.company) as varchar) as top_company_id,
            c.company in (select company_id from truth.companies) as is_in_shop
        from known as c left join known as p on p.company = c.parent order by all""",
    "company_records": """
        select company_id, system, account, source_id, is_deleted, merged_into, cluster_id
        from truth.company_records order by all""",
    "company_people": """
        select distinct 'p' || lpad(cast(pid as varchar), 8, '0') as person_id, cast(company_id as varchar) as company_id
        from truth.persons where company_id is not null
        union
        select 'p' || lpad(cast(pid as varchar), 8, '0'), cast(account_company as varchar)
        from truth.sf_plans where account_company > 0 order by all""",
    # The person of a ticket wrote it; its order may be somebody else's.
    "tickets": """
        select 'zendesk' as system, 'support' as account, cast(t.ticket as varchar) as ticket_id,
            cast(w.user_id as varchar) as requester_id, 'p' || lpad(cast(t.pid as varchar), 8, '0') as person_id,
            t.status, t.status in ('new', 'open', 'pending', 'hold') as is_open, t.created_at, t.channel,
            o.account as order_account, cast(o.order_id as varchar) as order_id,
            'p' || lpad(cast(o.pid as varchar), 8, '0') as order_person_id
        from truth.zd_tickets as t join truth.zd_writers as w using (pid, slot)
        left join truth.orders as o on o.ono = t.names_ono order by all""",
}


def write_sales_and_support_answers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """One Parquet file per table."""
    create_company_records(con)
    for name, query in QUERIES.items():
        file = str(folder / f"{name}.parquet").replace("'", "''")
        con.execute(f"copy ({query}) to '{file}' (format parquet)")
