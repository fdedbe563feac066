"""What says that two records are one person: addresses, the vendors' own links, the CRM's merges.

Salesforce's and Zendesk's records come from ``salesforce_evidence`` and ``zendesk_evidence``; phones, which link
least of all, from ``identity_phones``.

An address stands here as whose and which it is (``4711:main``), not as text: every spelling of it that a
provider is known to deliver alike has the same one. Addresses of roles, and those on more records of
one system than anybody has, link nobody; links and merges hold all the same.
"""

import duckdb

from sandbox.world.accounts import CRM
from sandbox.world.crm import TAGS
from sandbox.world.salesforce_evidence import SALES_ADDRESSES, SALES_RECORDS
from sandbox.world.zendesk_evidence import SUPPORT_ADDRESSES, SUPPORT_RECORDS

SHARED_ADDRESS_RECORDS = 20  # an address on more records of a system than this links nobody
# What an address is by the form that it is written in; null: it isn't one.
WHICH = """case form when 'invalid' then null when 'second' then 'second' when 'unknown_tag' then 'unknown_tag'
    when 'private' then 'private' when 'none' then null when 'crm_tag' then 'crm_tag'
    when 'idn' then 'idn' when 'punycode' then 'idn' else 'main' end"""
# Forms of addresses by which strangers are reached, whoever they are.
SHARED = ("role", "disposable")


def create_evidence(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.identity_records``, and ``identity_keys``: records of equal (kind, key) are one."""
    con.execute(
        """create or replace table truth.everybody as
        select pid, kind from truth.persons union all select pid, kind from truth.leads
        union all select pid, 'outsider' from truth.outsiders"""
    )
    _create_records(con)
    _create_addresses(con)
    _create_notes(con)
    con.execute(
        """create or replace table truth.identity_keys as
        select node, 'address' as kind, address as key from truth.identity_addresses where refusal is null
        union all
        -- A shop's customer, and every record that names it.
        select node, 'customer', account || ':' || source_id from truth.identity_records
        where object = 'customer'
        union all
        select node, 'customer', names_customer from truth.identity_records where names_customer is not null
        union all
        select node, 'merge', merged_into from truth.identity_records where merged_into is not null
        union all
        select w.node, 'merge', w.source_id from truth.identity_records as w
        where w.object in ('contact', 'sales_contact') and w.source_id in (select merged_into from truth.identity_records)"""
    )


def _create_records(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create or replace table truth.identity_records as
        with paid as (
            -- The PSP's customer went with the orders that its charges, or their intents, name.
            select customer, bool_or((has_metadata or intent_has_metadata) and not is_declined
                and mode = 'customer') as by_orders
            from truth.psp_charges where customer is not null group by customer),
        records as (
            select 'shopify' as system, f.account, cast(c.customer_id as varchar) as source_id,
                'customer' as object, c.pid, null as names_customer, null as merged_into, '' as remark
            from truth.customer_ids as c join truth.shops as f using (shop)
            union all
            -- A second account, until the shop merges it away.
            select 'shopify', t.account, cast(t.twin_id as varchar), 'customer', t.pid, null, null, ''
            from truth.customer_twins as t
            anti join truth.customer_merges as m
                on m.account = t.account and m.deleted_customer_id = cast(t.twin_id as varchar)
            union all
            -- A test order is nobody's checkout.
            select 'shopify', account, 'order:' || order_id, 'checkout', pid, null, null, ''
            from truth.orders where mode <> 'customer' and not is_test
            union all
            select 'hubspot', '{CRM.account}', cast(c.contact_id as varchar), 'contact', c.pid,
                f.account || ':' || s.customer.customer_id, cast(c.merged_into as varchar),
                case when c.merged_into is not null then 'merged into another contact'
                    when c.archived_at is not null then 'archived'
                    when s.customer is not null then 'names the shop''s customer' else '' end
            from truth.crm_contacts as c join truth.crm_states as s using (contact_id)
            left join truth.shops as f on f.shop = s.customer.shop and c.merged_into is null
            union all
            select 'stripe', c.psp, c.customer_id, 'psp_customer', c.pid,
                case when c.linked_at <= psp_now() or p.by_orders then f.account || ':' || c.shop_customer_id end,
                null, case when c.linked_at <= psp_now() then 'names the shop''s customer'
                    when p.by_orders then 'named by its orders' else '' end
            from truth.psp_customers as c join truth.shops as f using (shop)
            left join paid as p on p.customer = c.customer_id
            union all {SALES_RECORDS}
            union all {SUPPORT_RECORDS})
        select row_number() over (order by system, account, source_id) - 1 as node, * from records"""
    )


def _create_addresses(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.identity_addresses``: which addresses each record shows, and why one may not link.

    A contact that a merge used up shows none any more; the one that it became shows all of them.
    """
    con.execute(
        f"""create or replace table truth.identity_written as
        select r.node, r.system, r.pid, c.form, 0 as place
        from truth.identity_records as r join truth.shops as f using (account)
        join truth.contacts as c on c.pid = r.pid and c.shop = f.shop
        left join truth.orders as o on r.object = 'checkout' and o.account = r.account
            and r.source_id = 'order:' || o.order_id
        where r.object = 'customer' or o.mode = 'guest_email'
        union all
        select r.node, r.system, r.pid, c.form, 0
        from truth.identity_records as r
        join truth.psp_customers as p on r.object = 'psp_customer' and p.customer_id = r.source_id
        join truth.contacts as c on c.pid = r.pid and c.shop = p.shop
        union all
        select r.node, r.system, r.pid,
            case when a.form = 'tagged' and not {TAGS} then 'crm_tag' else a.form end, a.slot
        from truth.identity_records as r
        join truth.crm_contacts as c on r.object = 'contact' and c.contact_id = cast(r.source_id as bigint)
        join truth.crm_plans as p on p.pid = c.pid
        join truth.crm_addresses as a on a.pid = c.pid
            and (a.slot = c.slot or c.slot = 3 and a.slot < 2 or c.slot = 4)
        where c.merged_into is null
        union all {SALES_ADDRESSES}
        union all {SUPPORT_ADDRESSES}"""
    )
    con.execute(
        f"""create or replace table truth.identity_addresses as
        with named as (
            select w.node, w.system, w.form, w.place, p.kind,
                case when w.form in ({", ".join(f"'{form}'" for form in SHARED)}) then w.form
                    when p.kind = 'role_address' then 'role:' || (w.pid // 300)
                    when p.kind = 'kiosk' then 'kiosk'
                    when p.kind not in ('phone_only', 'walk_in') then w.pid || ':' || {WHICH} end as address
            from truth.identity_written as w join truth.everybody as p using (pid)),
        counted as (
            select *, count(distinct node) over (partition by address, system) as records
            from named where address is not null)
        select node, address, form, place, case when form = 'disposable' then 'disposable address'
                when kind = 'role_address' or form = 'role' then 'role address shared by strangers'
                when kind = 'kiosk' then 'one address on many records'
                when max(records) over (partition by address) > {SHARED_ADDRESS_RECORDS}
                    then 'own address on too many records' end as refusal
        from counted"""
    )


def _create_notes(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.identity_notes``: what is special about a record's own address, or about the record."""
    con.execute(
        """create or replace table truth.identity_notes as
        with own as (
            select node, arg_min(form, place) as form, arg_min(refusal, place) as refusal
            from truth.identity_addresses group by node),
        invalid as (select distinct node from truth.identity_written where form = 'invalid')
        select r.node, case when r.remark <> '' then r.remark
                when i.node is not null then 'invalid address'
                when o.node is null then 'no e-mail'
                when o.refusal is not null then o.refusal
                when o.form in ('idn', 'punycode') then 'internationalised domain'
                when o.form in ('second', 'private') then 'another address of the same person'
                when o.form in ('unknown_tag', 'crm_tag') then 'plus tag where none is known'
                when o.form <> 'plain' then o.form else '' end as note
        from truth.identity_records as r left join own as o using (node) left join invalid as i using (node)"""
    )
