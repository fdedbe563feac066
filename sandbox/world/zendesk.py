"""Support as it really is: ``truth.zd_tickets`` and ``zd_users`` at the clock.

Grain: one row per ticket, and one per user that there ever was. Whoever writes about an order is a user; some
write from a second address and are a second user until an agent merges the two: the one that went is
inactive and tells nothing, and what wins has its addresses and tickets from then on.
"""

from datetime import datetime, timedelta

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.crm_cases import KIOSK
from sandbox.world.people import person
from sandbox.world.salesforce_people import outsider

ONE_IN = 9  # orders that somebody writes about
SLOTS = 4  # users kept for each person
FIRST_USER, FIRST_TICKET = 360_000_000_000, 1_000
FIRST_NAMED_TICKET = 500_000_000  # above every order's
MERGED_STRANGER_DAYS = 6.2  # after the base clock

# Who wrote about whose first order, through what, how many days before (or after) the base clock.
NAMED = [
    ("gift_recipient", person("three_shops"), "email", -21.0),
    ("number_heir", None, "voice", -14.0),
    ("office_1", None, "email", -40.0),
    ("dots_elsewhere", None, "web", -33.0),
    ("disposable_2", None, "web", -12.0),
    ("email_two_ats", None, "email", -50.0),
    ("email_blank", None, "email", -49.0),
    ("email_10000", None, "email", -48.0),
    ("phone_in_name", None, "voice", -30.0),
    ("merged_stranger", None, "email", -15.0),
]
# Persons of the shops who wrote for certain.
WRITERS = [
    ("three_shops", "email", -80.0, 0),
    ("three_shops", "web", -60.0, 1),
    ("phone_only", "voice", -25.0, 0),
    ("couple_2", "voice", -20.0, 2),
    ("second_address", "email", -35.0, 0),
    ("company_buyer", "email", -28.0, 0),
    ("regular", "email", -90.0, 0),
    ("regular", "web", -70.0, 1),
    ("guest", "email", -45.0, 0),
    ("stranger_1", "email", -44.0, 0),
    ("stranger_2", "email", -43.0, 0),
]


def create_zendesk(con: duckdb.DuckDBPyConnection, base: datetime, clock: datetime) -> None:
    con.execute(
        """create macro zd_wait(number, purpose, least, days) as
        (least * 86400 + chance(number, purpose, days * 86400)) * interval 1 second"""
    )
    _create_ticket_plans(con, base)
    _create_tickets(con, clock)
    _create_user_plans(con, base)
    _create_users(con, clock)


def _create_ticket_plans(con: duckdb.DuckDBPyConnection, base: datetime) -> None:
    """``truth.zd_ticket_plans``: who wrote what about which order, and what became of it, whatever the clock.

    ``slot`` is the user that a person writes as: 0 from the address of the order, 1 from another one, 2 by phone.
    """

    def at(days: float) -> datetime:
        return (base + timedelta(days=days)).replace(tzinfo=None)

    told = [
        (FIRST_NAMED_TICKET + number, outsider(name), 0, about, channel, at(days))
        for number, (name, about, channel, days) in enumerate(NAMED)
    ] + [
        (FIRST_NAMED_TICKET + 100 + number, person(name), slot, person(name), channel, at(days))
        for number, (name, channel, days, slot) in enumerate(WRITERS)
    ]
    names = ["ticket", "pid", "slot", "about", "channel", "created_at"]
    store_rows(con, "truth.zd_told", names, told)
    con.execute(
        f"""create table truth.zd_ticket_plans as
        with orders as (
            select o.ono, o.pid, o.shop, o.placed_at, p.kind, p.phone is not null as has_phone
            from truth.orders as o join truth.persons as p using (pid)
            where not o.is_test and p.kind <> 'walk_in' and chance(o.ono, 'zd writes', {ONE_IN}) = 0),
        drawn as (
            select {FIRST_TICKET} + ono as ticket, ono, pid, shop, placed_at + zd_wait(ono, 'zd after', 1, 18) as created_at,
                case when kind = 'phone_only' then 0
                    when has_phone and chance(pid, 'zd calls', 100) < 15 then 2
                    when kind in ('consumer', 'b2b') and chance(pid, 'zd two', 100) < 25
                        then chance(ono, 'zd slot', 2) else 0 end as slot,
                case when kind = 'phone_only' or has_phone and chance(pid, 'zd calls', 100) < 15 then 'voice'
                    when chance(ono, 'zd channel', 3) = 0 then 'web' else 'email' end as channel
            from orders),
        named as (
            select t.ticket, o.ono, t.pid, o.shop, t.created_at, t.slot, t.channel
            from truth.zd_told as t
            left join (select pid, min(ono) as ono, arg_min(shop, ono) as shop from truth.orders
                where not is_test group by pid) as o on o.pid = t.about),
        joined as (select * from drawn union all by name select * from named),
        solved as (
            select *, case when chance(ticket, 'zd never', 100) >= 6
                then created_at + zd_wait(ticket, 'zd solved', 0, 9) end as solved_at
            from joined)
        select *, created_at + interval 2 hour as opened_at,
            case when chance(ticket, 'zd pends', 100) < 40 then created_at + interval 5 hour end as pending_at,
            solved_at + interval 28 day as closed_at,
            case when chance(ticket, 'zd spam', 200) = 0 then created_at + interval 3 hour end as deleted_at,
            -- The system touches a ticket later without saying so in its updated time.
            case when chance(ticket, 'zd system', 10) = 0 then solved_at + interval 31 day end as touched_at,
            case when chance(ticket, 'zd names', 100) < 70 or ticket >= {FIRST_NAMED_TICKET} then ono end as names_ono
        from solved"""
    )
    con.execute("drop table truth.zd_told")


def _create_tickets(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    con.execute(
        """create table truth.zd_tickets as
        select *, case when deleted_at <= $clock then 'deleted' when closed_at <= $clock then 'closed'
                when solved_at <= $clock then 'solved'
                when pending_at <= $clock then case when solved_at is null then 'hold' else 'pending' end
                when opened_at <= $clock then 'open' else 'new' end as status,
            case when deleted_at <= $clock then deleted_at
                else list_max(list_filter([created_at, opened_at, pending_at, solved_at, closed_at],
                    lambda moment: moment <= $clock)) end as updated_at,
            case when touched_at <= $clock then touched_at end as system_at
        from truth.zd_ticket_plans where created_at <= $clock order by ticket""",
        {"clock": clock.replace(tzinfo=None)},
    )


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
