"""Support as it really is: ``truth.zd_users`` at the clock, after the tickets that made them users.

Grain: one row per user that there ever was. Whoever writes about an order is a user; some
write from a second address and are a second user until an agent merges the two: the one that went is
inactive and tells nothing, and what wins has its addresses and tickets from then on.
"""

from datetime import datetime, timedelta

import duckdb

from sandbox.world.crm_cases import KIOSK
from sandbox.world.people import person
from sandbox.world.salesforce_people import outsider
from sandbox.world.zendesk_tickets import create_ticket_plans, create_tickets

SLOTS = 4  # users kept for each person
FIRST_USER = 360_000_000_000
MERGED_STRANGER_DAYS = 6.2  # after the base clock


def create_zendesk(con: duckdb.DuckDBPyConnection, base: datetime, clock: datetime) -> None:
    con.execute(
        """create macro zd_wait(number, purpose, least, days) as
        (least * 86400 + chance(number, purpose, days * 86400)) * interval 1 second"""
    )
    create_ticket_plans(con, base)
    create_tickets(con, clock)
    _create_user_plans(con, base)
    _create_users(con, clock)


def _create_user_plans(con: duckdb.DuckDBPyConnection, base: datetime) -> None:
    """``truth.zd_user_plans``: one row per person and slot that writes, ever; addresses of strangers once."""
    stranger = (base + timedelta(days=MERGED_STRANGER_DAYS)).replace(tzinfo=None)
    con.execute(
        f"""create table truth.zd_user_plans as
        with first_tickets as (
            select pid, slot, min(created_at) as created_at, arg_min(shop, (created_at, ticket)) as shop
            from truth.zd_ticket_plans group by pid, slot),
        known as (
            select t.*, p.kind, p.first_name, p.last_name, p.language, p.country, p.phone, p.mail_name,
                p.mail_domain, w.email as shop_email, w.form as shop_form
            from first_tickets as t join truth.persons as p using (pid)
            left join truth.contacts as w on w.pid = t.pid and w.shop = coalesce(t.shop, p.home)
            union all by name
            select t.*, 'outsider' as kind, o.first_name, o.last_name, o.language, o.country, o.phone,
                o.email as shop_email, o.form as shop_form
            from first_tickets as t join truth.outsiders as o using (pid)),
        written as (
            select * exclude (shop_email, shop_form), case
                    when slot = 2 or kind = 'phone_only' then 'none'
                    when slot = 1 then case when shop_form = 'second' then 'private'
                        else ['second', 'private', 'punycode'][1 + chance(pid, 'zd other', 3)] end
                    else shop_form end as form,
                case when slot = 0 then shop_email end as shop_email,
                -- Only one user has an address: the strangers who share one are whoever wrote first.
                case when slot = 0 and kind in ('role_address', 'kiosk')
                    then first_value(pid) over (partition by kind, shop_email order by created_at, pid) else pid end as is_pid
            from known)
        select w.*, m.merged_at,
            case when kind <> 'outsider' and slot = 0 and form <> 'none' and kind in ('consumer', 'b2b')
                and (chance(w.pid, 'zd identities', 100) < 18 or w.pid = {person("second_address")})
                then w.created_at + zd_wait(w.pid, 'zd identity', 1, 30) end as added_at,
            case when form = 'punycode' then 'private' else ['private', 'punycode'][1 + w.pid % 2] end as added_form,
            case when kind = 'consumer' and slot = 0 and m.merged_at is null and chance(w.pid, 'zd forgets', 100) < 3
                and w.pid > {KIOSK + 24} then w.created_at + zd_wait(w.pid, 'zd forgotten', 20, 60) end as deleted_at,
            case when chance(w.pid, 'zd suspends', 100) < 2 and w.pid > {KIOSK + 24}
                then w.created_at + interval 9 day end as suspended_at,
            w.slot = 2 or w.kind = 'phone_only' or w.phone is not null
                and (w.kind = 'outsider' or chance(w.pid, 'zd phone', 100) < 45) as has_phone,
            chance(w.pid, 'zd style', 4) as phone_style,
            w.form = 'none' and w.kind <> 'outsider' and chance(w.pid, 'zd style', 4) = 3 as is_caller
        from written as w
        left join (
            select pid, greatest(max(created_at) filter (slot = 0), max(created_at) filter (slot = 1))
                + zd_wait(pid, 'zd merged', 2, 20) as merged_at
            from first_tickets where slot < 2 group by pid
            having count(*) = 2 and (chance(pid, 'zd merges', 2) = 0 or pid = {person("three_shops")})
                and pid <> {person("regular")}) as m on m.pid = w.pid and w.slot < 2""",
    )
    # An agent takes somebody for another: two strangers become one user after the base clock.
    con.execute(
        f"""update truth.zd_user_plans set merged_at = timestamp '{stranger:%Y-%m-%d %H:%M:%S}'
        where pid in ({outsider("merged_stranger")}, {person("guest")}) and slot = 0"""
    )


def _create_users(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``truth.zd_users``, and ``zd_writers``: the user that stands for a person and slot now."""
    con.execute(
        f"""create table truth.zd_users as
        select u.pid, u.slot, {user_id("u.pid", "u.slot")} as user_id, u.created_at, u.form, u.shop_email,
            -- The address that was there first stays; the other user goes.
            coalesce(u.merged_at <= $clock and (u.slot = 1 or u.pid = {outsider("merged_stranger")}), false) as is_merged,
            coalesce(u.deleted_at <= $clock, false) as is_deleted,
            coalesce(u.suspended_at <= $clock, false) as is_suspended,
            coalesce(u.merged_at <= $clock and u.slot = 0 and u.pid <> {outsider("merged_stranger")}, false) as has_absorbed,
            case when u.added_at <= $clock then u.added_at end as added_at, u.merged_at,
            list_max(list_filter([u.created_at, u.merged_at, u.added_at, u.deleted_at, u.suspended_at],
                lambda moment: moment <= $clock)) as updated_at
        from truth.zd_user_plans as u where u.created_at <= $clock and u.pid = u.is_pid order by user_id""",
        {"clock": clock.replace(tzinfo=None)},
    )
    con.execute(
        f"""create table truth.zd_writers as
        select p.pid, p.slot, case when u.is_merged and u.pid = {outsider("merged_stranger")}
                then {user_id(str(person("guest")), "0")} when u.is_merged then {user_id("u.pid", "0")}
                else u.user_id end as user_id,
            case when u.is_merged then u.merged_at end as moved_at
        from truth.zd_user_plans as p join truth.zd_users as u on u.pid = p.is_pid and u.slot = p.slot"""
    )


def user_id(pid: str, slot: str) -> str:
    return f"({FIRST_USER} + ({pid} * {SLOTS} + {slot}) * 20)"
