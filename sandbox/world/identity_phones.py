"""What a phone can tell: ``create_phone_keys`` adds to ``truth.identity_keys`` once the other keys made components.

A number links a component without any e-mail to the one component with one that shows it too, if that is the same
person; where nobody has an e-mail, all who show it, if they are one person. A number on more records of a system than
a household leaves links nobody. Couples, heirs of a number and offices stay apart.
"""

import duckdb

from sandbox.world.salesforce_evidence import SALES_PHONES
from sandbox.world.zendesk_evidence import SUPPORT_PHONES

SHARED_PHONE_RECORDS = 5  # a number on more records of a system than this links nobody


def create_phone_keys(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create or replace table truth.identity_phones as
        with shown as (
            select r.node, w.phone from truth.identity_records as r
            join truth.shops as f using (account)
            join truth.customer_ids as c on c.shop = f.shop and cast(c.customer_id as varchar) = r.source_id
            join truth.contacts as w on w.pid = c.pid and w.shop = f.shop
            where r.object = 'customer'
            union all
            select r.node, w.phone from truth.identity_records as r
            join truth.orders as o on r.object = 'checkout' and o.account = r.account
                and r.source_id = 'order:' || o.order_id
            join truth.contacts as w on w.pid = o.pid and w.shop = o.shop
            where o.mode = 'guest_phone'
            union all
            -- Which contact shows a number is the CRM's business: it is asked.
            select r.node, p.phone from truth.identity_records as r
            join hubspot.contacts as h on r.object = 'contact' and h.id = r.source_id
            join truth.crm_plans as p on p.pid = r.pid
            where h.properties.phone is not null
            union all {SALES_PHONES}
            union all {SUPPORT_PHONES})
        select distinct s.node, s.phone, r.system, r.pid, c.component
        from shown as s join truth.identity_records as r using (node)
        join truth.identity_components as c using (node) where s.phone is not null"""
    )
    con.execute(
        f"""insert into truth.identity_keys
        with many as (
            select phone from truth.identity_phones group by phone, system having count(*) > {SHARED_PHONE_RECORDS}),
        reachable as (
            select distinct c.component from truth.identity_written as w
            join truth.identity_components as c using (node) join truth.everybody as p using (pid)
            where w.form not in ('none', 'invalid') and p.kind not in ('phone_only', 'walk_in')),
        shown as (
            select p.phone, p.component, min(p.node) as node, any_value(p.pid) as pid,
                p.component in (select component from reachable) as is_reachable
            from truth.identity_phones as p where p.phone not in (select phone from many)
            group by p.phone, p.component),
        candidates as (
            select a.component, a.pid, min(a.node) as node, count(distinct b.component) as found,
                min(b.component) as candidate, min(b.node) as candidate_node, min(b.pid) as candidate_pid
            from shown as a join shown as b on b.phone = a.phone and b.is_reachable
            where not a.is_reachable group by a.component, a.pid),
        alone as (
            select phone from shown group by phone
            having not bool_or(is_reachable) and count(distinct pid) = 1 and count(*) > 1),
        linked as (
            select component, node, candidate, candidate_node from candidates
            where found = 1 and candidate_pid = pid)
        select node, 'phone', 'component ' || candidate from linked
        union
        select candidate_node, 'phone', 'component ' || candidate from linked
        union
        select s.node, 'phone', s.phone from shown as s join alone using (phone)"""
    )
