"""``shopify.Company``, its contacts and locations: who buys for a business, and businesses that only asked.

A company's id is the same in every shop that knows it. Its first contact is the even person of its pair.
"""

from typing import NamedTuple

import duckdb

from sandbox.world import shops
from sandbox.world.columns import store_rows
from sandbox.world.render import insert

FIRST_CONTACT, FIRST_LOCATION = 5_000_000, 6_000_000


class Applicant(NamedTuple):
    """A business that was let in and has not bought yet."""

    shop: int
    company_id: int
    name: str
    asked_at: str
    country: str
    city: str
    zip: str


APPLICANTS = [
    Applicant(
        shops.DE, 3_900_001, "Hansekontor GmbH", "2026-05-04 09:12:00", "DE", "Hamburg", "20457"
    ),
    Applicant(
        shops.DE, 3_900_002, "Müller & Söhne KG", "2026-07-13 14:40:00", "DE", "München", "80331"
    ),
    Applicant(
        shops.DE, 3_900_003, "Alpenblick Hotels AG", "2026-09-21 11:05:00", "AT", "Wien", "1010"
    ),
    Applicant(
        shops.WORLD,
        3_900_011,
        "Cobalt Offices Ltd",
        "2026-06-02 16:20:00",
        "GB",
        "London",
        "N1 9GU",
    ),
    Applicant(
        shops.WORLD, 3_900_012, "Harbor Gifts LLC", "2026-08-25 18:31:00", "US", "New York", "10001"
    ),
]


def create_companies(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.companies``: one row per shop and company, with what it spent."""
    store_rows(con, "truth.applicants", Applicant._fields, APPLICANTS)
    con.execute(
        """create table truth.companies as
        with spent as (
            select o.shop, n.company_id, count(*) as orders,
                cast(sum(case when o.gone_at is null then d.current else 0 end) as bigint) as amount
            from truth.orders as o join truth.dues as d using (ono) join truth.persons as n using (pid)
            where o.is_b2b and not o.is_test group by o.shop, n.company_id),
        -- Its people with an account; an order may come before any of them has one.
        people as (
            select shop, pid, since, changed_at, true as has_account from truth.customer_ids
            union all
            select shop, pid, min(created_at), min(created_at), false from truth.orders
            where is_b2b group by shop, pid),
        known as (
            select c.shop, p.company_id, min(c.since) as since, max(c.changed_at) as changed_at,
                count(*) filter (c.has_account) as contacts,
                min(c.pid) filter (c.has_account and c.pid % 2 = 0) as main_pid,
                any_value(p.country order by c.pid) as country, any_value(p.city order by c.pid) as city,
                any_value(p.zip order by c.pid) as zip, any_value(p.address1 order by c.pid) as address1
            from people as c join truth.persons as p using (pid)
            where p.company_id is not null group by c.shop, p.company_id)
        select k.shop, k.company_id, 'Company ' || k.company_id as name, k.since, k.changed_at, k.contacts,
            k.main_pid, k.country, k.city, k.zip, k.address1, coalesce(s.orders, 0) as orders,
            coalesce(s.amount, 0) as amount
        from known as k left join spent as s on s.shop = k.shop and s.company_id = k.company_id
        union all
        select shop, company_id, name, cast(asked_at as timestamp), cast(asked_at as timestamp), 0, null, country,
            city, zip, 'Hauptstraße 1', 0, 0
        from truth.applicants"""
    )
    con.execute("drop table truth.applicants")


def render_companies(con: duckdb.DuckDBPyConnection) -> None:
    def count(number: str) -> str:
        return f"""struct_pack("count" := cast({number} as bigint), "precision" := 'EXACT')"""

    insert(
        con,
        "Company",
        f"""select gid('Company', c.company_id) as "id", c.name, 'ERP-' || c.company_id as "externalId",
            iso(c.since) as "createdAt", iso(c.changed_at) as "updatedAt", iso(c.since) as "customerSince",
            struct_pack("amount" := money_text(c.amount, exponent_of(s.currency)),
                "currencyCode" := s.currency) as "totalSpent",
            {count("c.contacts")} as "contactsCount", {count("1")} as "locationsCount",
            {count("c.orders")} as "ordersCount",
            ref(gid('CompanyContact', {FIRST_CONTACT} + c.main_pid)) as "mainContact",
            s.account as _shop, row_number() over (order by c.shop, c.company_id) as _seq
        from truth.companies as c join truth.shops as s using (shop)""",
    )
    insert(
        con,
        "CompanyContact",
        f"""select gid('CompanyContact', {FIRST_CONTACT} + c.pid) as "id", iso(c.since) as "createdAt",
            iso(c.since) as "updatedAt", case when c.pid % 2 = 0 then 'Purchasing' else 'Accounts' end as "title",
            case p.language when 'de' then 'de' when 'ja' then 'ja' else 'en' end as "locale",
            c.pid % 2 = 0 as "isMainContact", ref(gid('Company', p.company_id)) as "company",
            ref(gid('Customer', c.customer_id)) as "customer", s.account as _shop,
            row_number() over (order by c.shop, c.pid) as _seq, gid('Company', p.company_id) as _parent
        from truth.customer_ids as c join truth.persons as p using (pid) join truth.shops as s using (shop)
        where p.company_id is not null""",
    )
    address = """struct_pack("id" := gid('CompanyAddress', c.company_id), "address1" := c.address1,
        "city" := c.city, "zip" := c.zip, "zoneCode" := null, "countryCode" := c.country,
        "companyName" := c.name, "phone" := null, "createdAt" := iso(c.since), "updatedAt" := iso(c.since))"""
    insert(
        con,
        "CompanyLocation",
        f"""select gid('CompanyLocation', {FIRST_LOCATION} + c.company_id) as "id", c.name || ' ' || c.city as "name",
            'SITE-' || c.company_id as "externalId", s.currency as "currency",
            iso(c.since) as "createdAt", iso(c.since) as "updatedAt", ref(gid('Company', c.company_id)) as "company",
            {address} as "billingAddress", {address} as "shippingAddress", s.account as _shop,
            row_number() over (order by c.shop, c.company_id) as _seq, gid('Company', c.company_id) as _parent
        from truth.companies as c join truth.shops as s using (shop)""",
    )
