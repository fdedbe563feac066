"""Clusters of the answer key against the vendors' tables, read as a stranger would: text and ids alone."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from sandbox.world import World
from tests.sandbox.sales_evidence import join_by_number, linked
from tests.sandbox.worlds import MONTHS, MOVED, OTHER_YEAR, YEAR, answered, look

LIMIT = 20  # records of one system beyond which an address links nobody
SHARED = ("info@", "alster.kasse@", "office@", "angebot@mailinator.com")
Record = tuple[str, str, str]


@pytest.fixture(
    scope="module", params=[(*YEAR, 0), (*OTHER_YEAR, 0), (*MONTHS, MOVED[MONTHS][1])], ids=str
)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("answers")
    return answered(look(*request.param), folder, "person_records", "special_cases")


def same(address: str | None) -> str | None:
    """What an address is to those who know how its provider delivers."""
    if not address or address.count("@") != 1:
        return None
    name, domain = address.lower().split("@")
    if not name.strip() or not domain or len(address) > 254 or not name.isascii():
        return None
    domain = domain.encode("idna").decode()
    if domain in ("gmail.com", "googlemail.com"):
        return name.split("+")[0].replace(".", "") + "@gmail.com"
    if domain in ("outlook.com", "hotmail.com", "icloud.com", "proton.me"):
        return f"{name.split('+')[0]}@{domain}"
    return f"{name}@{domain}"


def shown(world: World) -> dict[Record, set[str]]:
    """Every record that a vendor shows or names, with what links it."""
    found: dict[Record, set[str]] = {}

    def add(record: Record, keys: Iterable[str | None]) -> None:
        found.setdefault(record, set()).update(key for key in keys if key)

    def rows(query: str) -> list[tuple]:
        return world.con.execute(query).fetchall()

    for account, customer, email in rows(
        """select _shop, split_part("id", '/', 5), "defaultEmailAddress"."emailAddress" from shopify."Customer" """
    ):
        add(("shopify", account, customer), [same(email), f"customer {account} {customer}"])
    for account, order, email in rows(
        """select _shop, split_part("id", '/', 5), email from shopify."Order" where customer is null and not test"""
    ):
        add(("shopify", account, f"order:{order}"), [same(email)])
    for contact, email, more, merged, shop, customer in rows(
        """select id, properties.email, properties.hs_additional_emails, properties.hs_merged_object_ids,
            properties.shopify_shop, properties.shopify_customer_id from hubspot.contacts"""
    ):
        link = f"customer {shop.removesuffix('.myshopify.com')} {customer}" if customer else None
        emails = [same(one) for one in [email, *(more or "").split(";")]]
        add(("hubspot", "crm", contact), [*emails, link, f"merge {contact}"])
        for loser in (merged or "").split(";") if merged else []:
            add(("hubspot", "crm", loser), [f"merge {contact}"])
    paid = {}
    for customer, shop, order in rows(
        """select c.customer, coalesce(c.metadata.shop, i.metadata.shop),
            coalesce(c.metadata.order_id, i.metadata.order_id)
        from stripe.charges as c join stripe.payment_intents as i on i.id = c.payment_intent
        where c.customer is not null and c.status <> 'failed'"""
    ):
        if order:
            paid.setdefault(customer, set()).add((shop.removesuffix(".myshopify.com"), order))
    buyers = {
        (account, order): customer
        for account, order, customer in rows(
            """select _shop, split_part("id", '/', 5), split_part(customer.id, '/', 5) from shopify."Order"
            where customer is not null and not test"""
        )
    }
    for account, customer, email, shop, named in rows(
        "select _account, id, email, metadata.shop, metadata.shopify_customer_id from stripe.customers"
    ):
        links = [
            f"customer {s} {buyers[s, o]}" for s, o in paid.get(customer, ()) if (s, o) in buyers
        ]
        if named:
            links.append(f"customer {shop.removesuffix('.myshopify.com')} {named}")
        add(("stripe", account, customer), [same(email), *links])
    for record, told in linked(world, same):
        add(record, told)
    return found


def components(records: dict[Record, set[str]]) -> dict[Record, int]:
    counts: dict[tuple[str, str], int] = {}
    for (system, *_), keys in records.items():
        for key in keys:
            counts[key, system] = counts.get((key, system), 0) + 1
    refused = {key for (key, _), n in counts.items() if n > LIMIT and "@" in key}
    members: dict[str, list[Record]] = {}
    for record, keys in records.items():
        for key in keys:
            if key not in refused and not key.startswith(SHARED):
                members.setdefault(key, []).append(record)
    label: dict[Record, int] = {}
    for start in records:
        if start in label:
            continue
        waiting, number = [start], len(label)
        while waiting:
            record = waiting.pop()
            if record in label:
                continue
            label[record] = number
            for key in records[record]:
                waiting += [one for one in members.get(key, ()) if one not in label]
    return label


def test_the_clusters_are_what_the_vendors_tables_can_tell(world: World):
    told = shown(world)
    label = join_by_number(
        world, components(told), lambda record: any("@" in key for key in told[record])
    )
    answered = {
        (system, account, source_id): (cluster, person)
        for system, account, source_id, cluster, person in world.con.execute(
            "select system, account, source_id, cluster_id, person_id from person_records"
        ).fetchall()
    }
    assert answered.keys() == label.keys()
    both = {(label[record], answered[record][0]) for record in label}
    assert len(both) == len({number for number, _ in both}) == len({name for _, name in both})
    persons = {(number, answered[record][1]) for record, number in label.items()}
    assert len(persons) == len({number for number, _ in persons})


def test_linkable_records_are_the_persons_main_cluster(world: World):
    wrong = world.con.execute(
        """with clusters as (
            select person_id, cluster_id, count(*) as records, bool_or(linkable) as is_any,
                bool_and(linkable) as is_all from person_records group by all)
        select person_id from clusters group by person_id
        having count(*) filter (is_any) > 1 or bool_or(is_any <> is_all)"""
    ).fetchall()
    assert wrong == []
    shares = dict(
        world.con.execute(
            "select system, avg(cast(linkable as int)) from person_records group by system"
        ).fetchall()
    )
    assert shares["hubspot"] > 0.8
    assert shares["stripe"] > 0.9


def test_everybody_behind_a_record_is_a_person(world: World):
    kinds = dict(
        world.con.execute(
            """select p.kind, count(*) from person_records as r
            join truth.everybody as p on 'p' || lpad(cast(p.pid as varchar), 8, '0') = r.person_id
            where r.system = 'hubspot' group by 1"""
        ).fetchall()
    )
    assert {"consumer", "b2b", "couple", "phone_only", "lead", "newsletter"} <= kinds.keys()
    (records, persons) = world.con.execute(
        "select count(*), count(person_id) from person_records"
    ).fetchall()[0]
    assert records == persons
