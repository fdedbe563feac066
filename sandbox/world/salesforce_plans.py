"""``truth.sf_plans`` and ``truth.sf_lead_plans``: per person what sales will do, by when, whatever the clock says.

Slots number a person's contacts: 0 the first, 1 a duplicate that may be merged into it, 2 one that the first
may be merged into later. A merge may be undone: the loser is undeleted. Times are plans; ``salesforce`` cuts them at the clock.
"""

from datetime import datetime, timedelta

import duckdb

from sandbox.world.crm import TAGS
from sandbox.world.crm_cases import KIOSK
from sandbox.world.people import person
from sandbox.world.salesforce_people import outsider

CONSUMERS, CONSUMERS_JP = (
    14,
    30,
)  # per cent whom sales looks after, beside all who buy for a business
LEADS_OF_BUYERS, LEADS_OF_FAIRS = 12, 60
WRONG_MERGE_DAYS, WRONG_MERGE_UNDONE_DAYS = 4.2, 11.6  # after the base clock
# Outsiders whom sales knows.
CONTACTS = (
    *("office_1", "office_2", "office_3", "office_4", "office_5", "wrong_id", "homonym"),
    *("email_without_at", "clinic_jp", "unmerged"),
)
LEADS = ("disposable_1", "email_unicode")
HAPPENINGS = (
    *("created_1", "merged_at", "unmerged_at", "created_2", "chained_at", "deleted_at"),
    *("restored_at", "opted_out_at"),
)
FORMS = "['plain', 'plain', 'plain', 'plain', 'plain', 'capitals', 'tagged', 'dotless', 'second', 'idn']"


def create_salesforce_plans(con: duckdb.DuckDBPyConnection, base: datetime) -> None:
    con.execute(
        """create macro sf_wait(pid, purpose, least, days) as
        (least * 86400 + chance(pid, purpose, days * 86400)) * interval 1 second"""
    )
    _create_people(con)
    _create_contacts(con)
    _create_leads(con)
    _set_named(con, base)


def _create_people(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.sf_people``: everybody whom an organisation could know, with what they are called by."""
    con.execute(
        """create table truth.sf_people as
        select pid, kind, home, first_name, last_name, country, language, city, zip, address1, mail_name,
            mail_domain, phone, company_id, is_subscribed, born as known_at, null as own_email, null as own_form
        from truth.persons where kind in ('consumer', 'couple', 'b2b', 'phone_only')
        union all
        select pid, kind, case when country = 'JP' then 2 when country in ('DE', 'AT') then 0 else 1 end,
            first_name, last_name, country, language, null, null, null, mail_name, mail_domain, phone,
            null, true, known_at, null, null
        from truth.leads where kind = 'lead'
        union all
        select pid, 'outsider', home, first_name, last_name, country, language, null, null, null, null, null,
            phone, null, false, timestamp '2025-11-03 08:00:00', email, form
        from truth.outsiders"""
    )


def _pids(names: tuple[str, ...]) -> str:
    return ", ".join(str(outsider(name)) for name in names)


def _form(purpose: str) -> str:
    """SQL: how a person's address is written, by chance, as far as their provider knows the form."""
    drawn = f"{FORMS}[1 + chance(pid, '{purpose}', 10)]"
    return f"""case when own_form is not null then own_form when kind = 'phone_only' then 'none'
        when {drawn} = 'tagged' and not {TAGS} or {drawn} = 'dotless' and mail_domain <> 'gmail.com'
        then 'plain' else {drawn} end"""


def _create_contacts(con: duckdb.DuckDBPyConnection) -> None:
    named = ", ".join(
        str(person(name)) for name in ("three_shops", "couple_1", "couple_2", "regular_jp", "guest")
    )
    con.execute(
        f"""create table truth.sf_plans as
        with shop_customers as (
            select pid, arg_min(struct_pack(shop := shop, customer_id := customer_id), (since, shop)) as customer,
                min(since) as since
            from truth.customer_ids group by pid),
        known as (
            select *, case when home = 2 then 'sales-jp' else 'sales-eu' end as org, {_form("sf form")} as form_0,
                case when chance(pid, 'sf two forms', 2) = 0 then 'second' else {_form("sf form 1")} end as drawn_1,
                known_at + sf_wait(pid, 'sf created', 0, 40) as created_0,
                kind not in ('phone_only', 'outsider') and chance(pid, 'sf twice', 100) < 15 as is_duplicated
            from truth.sf_people
            where kind = 'b2b' or pid in ({named}) or pid in ({_pids(CONTACTS)})
                or kind not in ('lead', 'outsider') and chance(pid, 'sf known', 100)
                    < case when home = 2 then {CONSUMERS_JP} else {CONSUMERS} end),
        timed as (
            select *, case when is_duplicated then created_0 + sf_wait(pid, 'sf second', 2, 60) end as created_1,
                case when drawn_1 = form_0 then 'plain' else drawn_1 end as form_1,
                chance(pid, 'sf fate', 100) as fate
            from known),
        merged as (
            select *, case when fate < 60 then created_1 + sf_wait(pid, 'sf merged', 1, 30) end as merged_at,
                case when fate < 20 then created_1 + sf_wait(pid, 'sf third', 5, 20) end as created_2
            from timed)
        select m.*, 'private' as form_2,
            case when fate >= 55 then merged_at + sf_wait(pid, 'sf undone', 1, 9) end as unmerged_at,
            case when merged_at is not null and created_2 is not null
                then greatest(merged_at, created_2) + sf_wait(pid, 'sf chained', 2, 25) end as chained_at,
            case when created_1 is null and chance(pid, 'sf deletes', 1000) < 25
                then created_0 + sf_wait(pid, 'sf deleted', 10, 200) end as deleted_at,
            cast(null as timestamp) as restored_at,
            case when customer is not null and chance(pid, 'sf links', 100) < 45
                then greatest(created_0, since) + sf_wait(pid, 'sf linked', 0, 3) end as linked_at,
            cast(null as timestamp) as second_linked_at, customer,
            case when is_subscribed then created_0 end as opted_in_at,
            case when chance(pid, 'sf opts out', 100) < 8
                then created_0 + sf_wait(pid, 'sf opted out', 1, 150) end as opted_out_at,
            phone is not null and (kind = 'phone_only' or chance(pid, 'sf phone', 100) < 60) as has_phone,
            chance(pid, 'sf phone style', 4) as phone_style
        from merged as m left join shop_customers as c using (pid)"""
    )


def _create_leads(con: duckdb.DuckDBPyConnection) -> None:
    """Some leads became the person's first contact; some came although there was one; some stay leads."""
    con.execute(
        f"""create table truth.sf_lead_plans as
        with drawn as (
            select *, case when home = 2 then 'sales-jp' else 'sales-eu' end as org, {_form("sf lead form")} as form,
                chance(pid, 'sf lead fate', 100) as fate,
                known_at + sf_wait(pid, 'sf lead created', 0, 30) as came_at
            from truth.sf_people
            left join (select pid, created_0 from truth.sf_plans) using (pid)
            where kind not in ('phone_only', 'outsider') and chance(pid, 'sf lead', 100)
                < case kind when 'lead' then {LEADS_OF_FAIRS} else {LEADS_OF_BUYERS} end
                or pid in ({_pids(LEADS)}))
        select *, created_0 is not null and fate < 60 as is_converted,
            case when created_0 is null then came_at
                when fate < 60 then created_0 - sf_wait(pid, 'sf lead before', 1, 20)
                else created_0 + sf_wait(pid, 'sf lead after', 3, 60) end as created_at,
            case when created_0 is not null and fate < 60 then created_0 end as converted_at,
            case when fate >= 96 then came_at + sf_wait(pid, 'sf lead deleted', 90, 90) end as deleted_at,
            case when chance(pid, 'sf lead opts out', 100) < 6
                then came_at + sf_wait(pid, 'sf lead opted out', 70, 120) end as opted_out_at,
            phone is not null and chance(pid, 'sf lead phone', 100) < 50 as has_phone,
            chance(pid, 'sf lead style', 4) as phone_style
        from drawn"""
    )


def _set_named(con: duckdb.DuckDBPyConnection, base: datetime) -> None:
    def after(days: float) -> str:
        return f"timestamp '{base + timedelta(days=days):%Y-%m-%d %H:%M:%S}'"

    plain = {"form_0": "'plain'"}
    twice = {**plain, "form_1": "'tagged'"}
    kiosk = f"""(select struct_pack(shop := shop, customer_id := customer_id) from truth.customer_ids
        where pid = {KIOSK + 5})"""
    for pid, named, times in (
        # One person twice, both naming the one customer; never merged.
        (person("three_shops"), twice,
         {"created_0": -300, "created_1": -280, "linked_at": -250, "second_linked_at": -240}),
        (person("couple_1"), {**plain, "has_phone": "true"}, {"created_0": -120}),
        (person("couple_2"), {**plain, "has_phone": "true"}, {"created_0": -110}),
        # Merged, and what is left merged again.
        (person("regular_jp"), {**plain, "form_1": "'second'"},
         {"created_0": -200, "created_1": -190, "merged_at": -150, "created_2": -140, "chained_at": -100}),
        (person("guest"), {**plain, "linked_at": "null"},
         {"created_0": -160, "deleted_at": -20, "restored_at": 8.4}),
        (person("company_buyer"), {"form_0": "'idn'"}, {"created_0": -260, "linked_at": -255}),
        # A merge undone long ago: two contacts again.
        (outsider("unmerged"), {"form_1": "'plain'"},
         {"created_0": -100, "created_1": -90, "merged_at": -60, "unmerged_at": -55}),
        # Sales typed another one's number: that of a customer of the kiosk.
        (outsider("wrong_id"), {"customer": kiosk}, {"linked_at": -70}),
    ):  # fmt: skip
        columns = dict.fromkeys(HAPPENINGS, "null") | named
        columns |= {column: after(days) for column, days in times.items()}
        changes = ", ".join(f"{column} = {value}" for column, value in columns.items())
        con.execute(f"update truth.sf_plans set {changes} where pid = {pid}")
