"""Who is who: every vendor record's true person, and whether its evidence can tell."""

import duckdb

SHARED_ADDRESS_RECORDS = 20  # an address on more records than this links nobody


def create_person_records(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.person_records``: customers and guest checkouts with the person behind each."""
    con.execute(
        f"""create or replace table truth.person_records as
        with records as (
            select shop, pid, cast(customer_id as varchar) as source_id, true as has_address
            from truth.customer_ids
            union all
            select shop, pid, 'order:' || order_id, mode = 'guest_email'
            from truth.orders where mode <> 'customer'),
        described as (
            select r.pid, s.account, r.source_id,
                case when p.kind in ('phone_only', 'walk_in') or not r.has_address then 'no e-mail'
                    when p.kind = 'role_address' then 'role address shared by strangers'
                    when p.kind = 'kiosk' then 'one address on many records'
                    when c.form = 'second' then 'another address of the same person'
                    when c.form = 'unknown_tag' then 'plus tag where none is known'
                    when c.form = 'invalid' then 'invalid address' end as obstacle,
                c.form
            from records as r
            join truth.shops as s using (shop) join truth.persons as p using (pid)
            join truth.contacts as c on c.pid = r.pid and c.shop = r.shop),
        counted as (
            select *, count(*) over (partition by pid, obstacle is null) as same_address
            from described)
        select 'p' || lpad(cast(pid as varchar), 8, '0') as person_id, 'shopify' as system, account, source_id,
            obstacle is null and same_address <= {SHARED_ADDRESS_RECORDS} as linkable,
            coalesce(obstacle, case when same_address > {SHARED_ADDRESS_RECORDS}
                then 'own address on too many records' when form <> 'plain' then form else '' end) as note,
            pid
        from counted"""
    )
