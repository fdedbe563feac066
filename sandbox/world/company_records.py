"""``truth.company_records``: each system's record of a business, and which of them evidence allows to join.

A CRM's merge says that two are one, and the sales organisation's number of the shop's company. No CRM but
that names a shop's company, so a shop's stands with the one company of a CRM that all its buyers, as far as
that CRM has them, belong to there. That two records have one name is no evidence.
"""

import duckdb

from sandbox.world.accounts import CRM
from sandbox.world.identity import components

# Each record of a shop's company and a CRM's, with whom the person's records that stand with it are one.
PEOPLE = f"""
    with known as (select system, account, source_id, cluster_id from truth.person_records)
    select r.node, r.system, r.account, k.cluster_id
    from truth.orders as o
    join truth.persons as p using (pid)
    join truth.shops as f using (shop)
    left join truth.customer_ids as c on c.shop = o.shop and c.pid = o.pid
    join truth.company_nodes as r on r.account = f.account and r.source_id = cast(p.company_id as varchar)
    join known as k on k.account = f.account and k.source_id = case when o.mode = 'customer'
        then cast(c.customer_id as varchar) else 'order:' || o.order_id end
    where o.is_b2b and not o.is_test
    union
    select r.node, r.system, r.account, k.cluster_id
    from truth.crm_associations as a
    join truth.company_nodes as r on r.account = '{CRM.account}' and r.source_id = cast(a.company_id as varchar)
    join known as k on k.account = r.account and k.source_id = cast(a.contact_id as varchar)
    where a.is_primary
    union
    select r.node, r.system, r.account, k.cluster_id
    from truth.sf_contacts as c
    join truth.sf_plans as p using (pid)
    join truth.sf_accounts as a on a.org = c.org and a.company = p.account_company and a.slot = 0
    join truth.company_nodes as r on r.account = a.org and r.source_id = a.account_id
    join known as k on k.account = c.org and k.source_id = c.contact_id
    where c.master_id is null and not c.is_deleted"""


def create_company_records(con: duckdb.DuckDBPyConnection) -> None:
    """Those of one ``cluster_id`` are those that evidence allows to join; needs ``truth.person_records``."""
    _create_nodes(con)
    con.execute(
        """create or replace table truth.company_keys as
        select node, 'merge' as kind, account || ':' || coalesce(merged_into, source_id) as key
        from truth.company_nodes
        union all
        select node, 'shop', account || ':' || source_id from truth.company_nodes where system = 'shopify'
        union all
        select node, 'shop', names_company from truth.company_nodes where names_company is not null"""
    )
    con.execute(f"create or replace table truth.company_people as {PEOPLE}")
    components(con, "truth.company_nodes", "truth.company_keys", "truth.company_components")
    # Of a shop's company: the companies of a CRM, merged ones as one, that its buyers belong to there.
    con.execute(
        """insert into truth.company_keys
        with merged as (
            select node, min(key) as winner from truth.company_keys where kind = 'merge' group by node),
        met as (
            select distinct b.node, c.account, m.winner
            from truth.company_people as b join truth.company_people as c using (cluster_id)
            join merged as m on m.node = c.node
            where b.system = 'shopify' and c.system <> 'shopify')
        select node, 'merge', any_value(winner) from met group by node, account having count(*) = 1"""
    )
    components(con, "truth.company_nodes", "truth.company_keys", "truth.company_components")
    con.execute(
        """create or replace table truth.company_records as
        select r.*, 'c' || min(r.node) over (partition by c.component) as cluster_id
        from truth.company_nodes as r join truth.company_components as c using (node)"""
    )


def _create_nodes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create or replace table truth.company_nodes as
        with first_shops as (select company_id, min(shop) as shop from truth.companies group by company_id),
        records as (
            select cast(k.company_id as varchar) as company_id, 'shopify' as system, f.account,
                cast(k.company_id as varchar) as source_id, false as is_deleted,
                cast(null as varchar) as merged_into, cast(null as varchar) as names_company
            from truth.companies as k join truth.shops as f using (shop)
            union all
            select cast(company as varchar), 'hubspot', '{CRM.account}', cast(company_id as varchar),
                merged_into is not null, cast(merged_into as varchar), null
            from truth.crm_companies
            union all
            select cast(a.company as varchar), 'salesforce', a.org, a.account_id, a.is_deleted, a.master_id,
                case when a.names_company then f.account || ':' || a.company end
            from truth.sf_accounts as a
            left join first_shops as k on k.company_id = a.company
            left join truth.shops as f on f.shop = k.shop)
        select row_number() over (order by system, account, source_id) - 1 as node, * from records"""
    )
