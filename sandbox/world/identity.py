"""Who is who: every vendor record's true person, and what its evidence can tell of it."""

import duckdb

SHARED_ADDRESS_RECORDS = 20  # an address on more records than this links nobody


def create_person_records(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.person_records``: customers and guest checkouts with the person behind each.

    Records of one ``cluster_id`` are those that their addresses allow to link, so exactly they should
    have one customer key; ``linkable`` ones are those that lead to the person's main cluster.
    """
    con.execute(
        f"""create or replace table truth.person_records as
        with records as (
            select shop, pid, cast(customer_id as varchar) as source_id, true as has_address
            from truth.customer_ids
            union all
            -- A test order is nobody's checkout.
            select shop, pid, 'order:' || order_id, mode = 'guest_email'
            from truth.orders where mode <> 'customer' and not is_test),
        described as (
            select r.pid, s.account, r.source_id, c.form,
                case when p.kind in ('phone_only', 'walk_in') or not r.has_address then 'no e-mail'
                    when p.kind = 'role_address' then 'role address shared by strangers'
                    when p.kind = 'kiosk' then 'one address on many records'
                    when c.form = 'invalid' then 'invalid address' end as obstacle,
                case c.form when 'second' then 'another address of the same person'
                    when 'unknown_tag' then 'plus tag where none is known' else 'main' end as address
            from records as r
            join truth.shops as s using (shop) join truth.persons as p using (pid)
            join truth.contacts as c on c.pid = r.pid and c.shop = r.shop),
        counted as (
            select *, obstacle is null and count(*) over (partition by pid, address, obstacle is null)
                <= {SHARED_ADDRESS_RECORDS} as is_linked
            from described)
        select 'p' || lpad(cast(pid as varchar), 8, '0') as person_id, 'shopify' as system, account, source_id,
            is_linked and address = 'main' as linkable,
            case when is_linked then pid || ':' || address else account || ':' || source_id end as cluster_id,
            case when obstacle is not null then obstacle
                when not is_linked then 'own address on too many records'
                when address <> 'main' then address
                when form <> 'plain' then form else '' end as note,
            pid
        from counted"""
    )
