"""``truth.zd_tickets`` at the clock: who wrote about which order, and what became of it.

Grain: one row per ticket. Those who must have written for certain stand here by name.
"""

from datetime import datetime, timedelta

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.people import person
from sandbox.world.salesforce_people import outsider

ONE_IN = 9  # orders that somebody writes about
FIRST_TICKET = 1_000
FIRST_NAMED_TICKET = 500_000_000  # above every order's

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


def create_ticket_plans(con: duckdb.DuckDBPyConnection, base: datetime) -> None:
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


def create_tickets(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
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
