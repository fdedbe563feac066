"""Schema ``zendesk``: users, their identities and tickets, as the exports show them; agents among the users.

A user who was deleted or merged away stays, inactive and without addresses. ``generated_timestamp`` of a
ticket also moves when the system touches it. Two custom fields hold an order's name and its shop.

Source: developer.zendesk.com, Users, User Identities, Tickets, Incremental Exports.
"""

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.people import person
from sandbox.world.salesforce_people import email_of, outsider, phone_as

BASE = "https://nordlicht.zendesk.com/api/v2"
ORDER_FIELD, SHOP_FIELD = 360_001_200_001, 360_001_200_002
ADMIN, AGENT, LIGHT_AGENT = 4, None, 1
# (id, name, e-mail, role, role_type): a light agent reads and comments privately.
STAFF = [
    (359_000_000_020, "Nordlicht Warehouse", "warehouse@nordlicht.example", "admin", ADMIN),
    (359_000_000_040, "Mira Kessler", "mira.kessler@nordlicht.example", "agent", AGENT),
    (359_000_000_060, "Jonas Petri", "jonas.petri@nordlicht.example", "agent", AGENT),
    (359_000_000_080, "Yuna Arai", "yuna.arai@nordlicht.example", "agent", AGENT),
    (359_000_000_100, "Lagerteam", "lager@nordlicht.example", "agent", LIGHT_AGENT),
    (359_000_000_120, "Finance", "finance@nordlicht.example", "agent", LIGHT_AGENT),
    # Who left: deleted, and their addresses with them.
    (359_000_000_140, "Peer Claasen", None, "agent", AGENT),
    (359_000_000_160, "Momo Kita", None, "agent", AGENT),
]
STAFF_SINCE = "2025-07-01 08:00:00"
COLUMNS = {
    "users": """id bigint, url varchar, name varchar, email varchar, created_at varchar, updated_at varchar,
        time_zone varchar, iana_time_zone varchar, phone varchar, shared_phone_number boolean, photo varchar,
        locale_id bigint, locale varchar, organization_id bigint, role varchar, verified boolean,
        external_id varchar, tags varchar[], alias varchar, active boolean, shared boolean,
        shared_agent boolean, role_type bigint, suspended boolean, moderator boolean, restricted_agent boolean,
        details varchar, notes varchar""",
    "user_identities": """id bigint, url varchar, user_id bigint, type varchar, value varchar, verified boolean,
        "primary" boolean, created_at varchar, updated_at varchar, undeliverable_count bigint,
        deliverable_state varchar""",
    "tickets": """id bigint, url varchar, external_id varchar, via struct(channel varchar), created_at varchar,
        updated_at varchar, generated_timestamp bigint, type varchar, subject varchar, raw_subject varchar,
        description varchar, priority varchar, status varchar, recipient varchar, requester_id bigint,
        submitter_id bigint, assignee_id bigint, organization_id bigint, group_id bigint, tags varchar[],
        custom_fields struct(id bigint, value varchar)[], fields struct(id bigint, value varchar)[],
        brand_id bigint""",
}


def create_zendesk_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Every table, empty, so that a world without support has them too."""
    con.execute("create schema if not exists zendesk")
    for table, columns in COLUMNS.items():
        con.execute(f"create table zendesk.{table} ({columns}, _account varchar, _seq bigint)")


def render_zendesk(con: duckdb.DuckDBPyConnection) -> None:
    create_zendesk_tables(con)
    _create_addresses(con)
    _render_users(con)
    _render_staff(con)
    _render_identities(con)
    _render_tickets(con)


def _create_addresses(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.zd_addresses``: every address of a user, its first one in place 0; the gone have none."""
    con.execute(
        f"""create table truth.zd_addresses as
        with living as (select * from truth.zd_users where not is_merged and not is_deleted),
        own as (
            select user_id, pid, 0 as place, form, shop_email, created_at as added_at from living where form <> 'none'
            union all
            select u.user_id, u.pid, 1, p.added_form, null, u.added_at
            from living as u join truth.zd_user_plans as p using (pid, slot) where u.added_at is not null
            union all
            -- What a merge brought.
            select u.user_id, g.pid, 2, g.form, g.shop_email, u.merged_at
            from living as u join truth.zd_users as g
                on g.is_merged and (g.pid = u.pid or g.pid = {outsider("merged_stranger")} and u.pid = {person("guest")})
            where u.has_absorbed and g.form <> 'none')
        select o.user_id, o.pid, o.place, o.form, o.added_at,
            coalesce(o.shop_email, {email_of("o.form", "support")}) as email
        from own as o left join truth.persons as p using (pid)"""
    )


def _render_users(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into zendesk.users by name
        select u.user_id as id, '{BASE}/users/' || u.user_id || '.json' as url,
            -- A caller is all that is known of some until an agent asks.
            case when p.is_caller then 'Caller ' || p.phone else trim(p.first_name || ' ' || p.last_name) end as name,
            a.email, iso(u.created_at) as created_at, iso(u.updated_at) as updated_at,
            'Berlin' as time_zone, 'Europe/Berlin' as iana_time_zone,
            case when not u.is_merged and not u.is_deleted and p.has_phone
                then {phone_as("p.phone_style", "p.phone")} end as phone,
            case when not u.is_merged and not u.is_deleted and p.has_phone then p.kind = 'couple' end
                as shared_phone_number,
            1 as locale_id, case p.language when 'de' then 'de' when 'ja' then 'ja' else 'en-US' end as locale,
            'end-user' as role, p.form <> 'none' as verified, [] as tags,
            not u.is_merged and not u.is_deleted as active, false as shared, false as shared_agent,
            u.is_suspended as suspended, false as moderator, false as restricted_agent, '' as details, '' as notes,
            'support' as _account, row_number() over (order by u.user_id) as _seq
        from truth.zd_users as u join truth.zd_user_plans as p using (pid, slot)
        left join truth.zd_addresses as a on a.user_id = u.user_id and a.place = 0
        order by _seq"""
    )


def _render_staff(con: duckdb.DuckDBPyConnection) -> None:
    names = ["id", "name", "email", "role", "role_type"]
    store_rows(con, "truth.zd_staff", names, STAFF)
    con.execute(
        f"""insert into zendesk.users by name
        select id, '{BASE}/users/' || id || '.json' as url, name, email, iso(timestamp '{STAFF_SINCE}') as created_at,
            iso(timestamp '{STAFF_SINCE}') as updated_at, 'Berlin' as time_zone, 'Europe/Berlin' as iana_time_zone,
            1 as locale_id, 'de' as locale, role, true as verified, [] as tags, email is not null as active, false as shared,
            false as shared_agent, role_type, false as suspended, role = 'admin' as moderator,
            role_type = {LIGHT_AGENT} as restricted_agent, '' as details, '' as notes, 'support' as _account,
            -row_number() over (order by id) as _seq
        from truth.zd_staff"""
    )


def _render_identities(con: duckdb.DuckDBPyConnection) -> None:
    """Addresses, and numbers that are somebody's own: a shared one is no identity."""
    con.execute(
        f"""insert into zendesk.user_identities by name
        with identities as (
            select user_id, place, 'email' as type, email as value, added_at from truth.zd_addresses
            union all
            select u.user_id, 7, 'phone_number', p.phone, u.created_at
            from truth.zd_users as u join truth.zd_user_plans as p using (pid, slot)
            where p.has_phone and p.kind <> 'couple' and p.phone is not null
                and not u.is_merged and not u.is_deleted
            union all
            select id, 0, 'email', email, timestamp '{STAFF_SINCE}' from truth.zd_staff where email is not null)
        select user_id * 10 + place as id, '{BASE}/users/' || user_id || '/identities/' || (user_id * 10 + place)
                || '.json' as url,
            user_id, type, value, place in (0, 7) as verified, place = 0 as "primary", iso(added_at) as created_at,
            iso(added_at) as updated_at, case when type = 'email' then 0 end as undeliverable_count,
            case when type = 'email' then 'deliverable' end as deliverable_state, 'support' as _account,
            row_number() over (order by user_id, place) as _seq
        from identities order by _seq"""
    )


def _render_tickets(con: duckdb.DuckDBPyConnection) -> None:
    staff = ", ".join(str(row[0]) for row in STAFF[1:4])
    con.execute(
        f"""insert into zendesk.tickets by name
        with requesters as (
            select t.*, o.number, o.account as shop_account, u.user_id as requester_id, u.moved_at
            from truth.zd_tickets as t left join truth.orders as o on o.ono = t.names_ono
            -- Strangers at one address are one user; the tickets of one merged away are the winner's.
            join truth.zd_writers as u on u.pid = t.pid and u.slot = t.slot)
        select ticket as id, '{BASE}/tickets/' || ticket || '.json' as url,
            struct_pack(channel := channel) as via, iso(created_at) as created_at, iso(updated_at) as updated_at,
            cast(epoch(greatest(system_at, updated_at, moved_at)) as bigint) as generated_timestamp,
            ['question', 'incident', 'problem'][1 + ticket % 3] as type, 'Order question' as subject,
            'Order question' as raw_subject, 'Where is my parcel?' as description,
            ['low', 'normal', 'high'][1 + ticket % 3] as priority, status, requester_id,
            requester_id as submitter_id, case when status <> 'new' then [{staff}][1 + ticket % 3] end as assignee_id,
            360000000001 as group_id, case when ticket % 4 = 0 then ['delivery', 'vip'] else ['delivery'] end as tags,
            [struct_pack(id := {ORDER_FIELD}, value := '#' || (1000 + number)),
                struct_pack(id := {SHOP_FIELD}, value := shop_account)] as custom_fields,
            [struct_pack(id := {ORDER_FIELD}, value := '#' || (1000 + number)),
                struct_pack(id := {SHOP_FIELD}, value := shop_account)] as fields,
            360000000002 as brand_id, 'support' as _account, row_number() over (order by ticket) as _seq
        from requesters order by _seq"""
    )
