"""Customers over shops, CRM and payment provider: the real resolution between two builds of dbt."""

import shutil
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest

from analysis import metrics
from orchestration import dbt_run, identity
from tests.dbt_project import warehouse
from tests.dbt_project.tiny_crm import CRM, Crm
from tests.dbt_project.tiny_payers import PAYMENTS, Payers
from tests.dbt_project.tiny_world import World, at

DE, WORLD = "nordlicht-de", "nordlicht-world"
JULY = at("2026-07-01 10:00")
SEEN = [
    f"+{mart}"
    for mart in [
        "customer_360",
        "customer_ltv",
        "customer_contacts",
        "id_map",
        "companies",
        "company_map",
    ]
]


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World()
    crm, payers = Crm(world), Payers(world)
    world.ecb(JULY.date(), "USD", "1.25")
    anna_is_in_every_system(world, crm, payers)
    ben_is_linked_by_what_he_paid(world, payers)
    leo_is_a_lead(crm)
    mill_buys_in_two_shops(world, crm)
    path = world.write(tmp_path_factory.mktemp("identity") / "warehouse.duckdb")
    return resolved(path, "--select", *SEEN, "--indirect-selection", "cautious")


@pytest.fixture(scope="module")
def whole(group: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same once more, with every mart, from a seed that lacks a column as an older warehouse's does."""
    path = Path(shutil.copy(group, tmp_path_factory.mktemp("whole") / "warehouse.duckdb"))
    with duckdb.connect(str(path)) as con:
        con.execute("alter table intermediate.identity_decisions drop column subject")
    return resolved(path)


def resolved(path: Path, *selected: str) -> Path:
    """The three steps of transform: dbt, identity, dbt."""
    evidence = (f"+int_identity_{name}__unioned" for name in ("links", "emails", "phones"))
    companies = (f"+int_company_{name}__unioned" for name in ("links", "people"))
    seeds = ("identity_decisions", "identity_limits")
    untested = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
    warehouse.build(path, "--select", *evidence, *companies, *seeds, *untested)
    with mock.patch.dict("os.environ", {"CONCORD_HASH_KEY": "a key for tests"}):
        identity.resolve(path)
    warehouse.build(path, *selected, "--exclude-resource-type", "unit_test")
    return path


def anna_is_in_every_system(world: World, crm: Crm, payers: Payers) -> None:
    """Two shops by address; the CRM merged twice and keeps her old address; a dispute."""
    anna = world.customer(DE, "anna@example.org", default_address__country_code_v2="AT")
    world.customer(WORLD, "anna.work@example.org")
    crm.contact(
        "14",
        "anna@example.org",
        merged="11;12;13",
        more_emails="anna.work@example.org",
        properties__vip_tier="gold",
        properties__country="DE",
    )
    crm.contact("15", "other@example.org", shop_customer=(DE, anna), archived=True)
    payers.customer("cus_anna", shop_customer=(DE, anna))
    order = world.order(DE, "#anna", JULY, customer=anna)
    order.sale("100", line=order.line())
    payers.dispute("du_1", payers.charge("ch_anna", "cus_anna", order))


def ben_is_linked_by_what_he_paid(world: World, payers: Payers) -> None:
    ben = world.customer(DE, "ben@example.org")
    order = world.order(DE, "#ben", JULY, customer=ben)
    order.sale("50", line=order.line())
    payers.customer("cus_ben", "ben.private@example.org", address__country="CH")
    payers.charge("ch_ben", "cus_ben", order)


def leo_is_a_lead(crm: Crm) -> None:
    crm.contact("20", "leo@example.org", properties__hs_language="ja-jp", properties__country="JP")


def mill_buys_in_two_shops(world: World, crm: Crm) -> None:
    """One company under two numbers; its CRM company was merged, the bakery's nobody knows."""
    for account, number, buyer in ((DE, "1", "mia"), (WORLD, "2", "max"), (DE, "3", "eve")):
        customer = world.customer(account, f"{buyer}@example.org")
        order = world.order(
            account,
            f"#{buyer}",
            JULY,
            customer=customer,
            purchasing_entity__typename="PurchasingCompany",
            purchasing_entity__company__id=f"gid://shopify/Company/{number}",
        )
        order.sale("10", line=order.line())
    crm.company("501", "Mill", properties__hs_merged_object_ids="500")
    crm.contact("30", "mia@example.org", companies=(("500", "Primary"),))
    crm.contact("31", "max@example.org", companies=(("501", "Primary"),))


def key_of(group: Path, source_id: str) -> str:
    (found,) = warehouse.rows(
        group,
        f"select customer_key from marts.id_map where is_current and source_id = '{source_id}'",
    )
    return found["customer_key"]


def customer(group: Path, source_id: str) -> dict[str, Any]:
    (found,) = warehouse.rows(
        group,
        f"""select * from marts.customer_360 where customer_key = '{key_of(group, source_id)}'""",
    )
    return found


def by_email(group: Path, email: str) -> dict[str, Any]:
    """The customer of the shop's record with that address."""
    (found,) = warehouse.rows(
        group,
        f"""select customers.* from marts.customer_360 as customers
            inner join marts_pii.customer_contacts as contacts using (customer_key)
            where contacts.email = '{email}' and contacts.record_kind = 'customer'""",
    )
    return found


def company_of(group: Path, account: str, source_id: str) -> str:
    (found,) = warehouse.rows(
        group,
        f"""select company_key from marts.company_map
            where is_current and account = '{account}' and source_id = '{source_id}'""",
    )
    return found["company_key"]


def test_a_customer_is_the_same_in_shops_crm_and_payment_provider(group: Path) -> None:
    anna = by_email(group, "anna@example.org")
    assert by_email(group, "anna.work@example.org") == anna
    for record in ("11", "12", "13", "14", "15", "cus_anna"):
        assert key_of(group, record) == anna["customer_key"]
    assert anna["source_records_count"] == 4
    assert (anna["accounts_count"], anna["shops_count"]) == (4, 2)
    assert (anna["crm_contacts_count"], anna["psp_customers_count"]) == (1, 1)
    assert anna["ltv_amount_group"] == 100


def test_a_map_row_says_by_which_rule_and_evidence(group: Path) -> None:
    found = warehouse.rows(group, "select * from marts.id_map where system <> 'shopify'")
    rules = {row["source_id"]: (row["rule"], row["evidence"]) for row in found}
    assert rules["11"] == ("vendor_merge", f"{CRM}:14")
    assert rules["15"][0] == rules["cus_anna"][0] == "vendor_link"
    assert rules["15"][1].startswith(f"{DE}:")
    assert rules["14"][0] == "email"
    assert rules["20"] == ("vendor_id", "20")
    assert " by order " in rules["cus_ben"][1]


def test_a_payer_belongs_to_whose_order_it_paid(group: Path) -> None:
    assert key_of(group, "cus_ben") == by_email(group, "ben@example.org")["customer_key"]


def test_who_was_never_in_a_shop_is_a_prospect_and_no_buyer(group: Path) -> None:
    leo = customer(group, "20")
    assert leo["is_prospect"]
    assert leo["is_identified"]
    assert (leo["segment"], leo["orders_count"], leo["shops_count"]) == ("lead", 0, 0)
    assert (leo["country"], leo["language"]) == ("JP", "ja")
    key = leo["customer_key"]
    assert not warehouse.rows(
        group, f"select * from marts.customer_ltv where customer_key = '{key}'"
    )


def test_the_shop_owns_the_country_and_the_crm_the_tier(group: Path) -> None:
    anna = by_email(group, "anna@example.org")
    assert (anna["country"], anna["vip_tier"]) == ("AT", "gold")
    assert by_email(group, "ben@example.org")["country"] == "CH"


def test_disputes_are_counted_with_their_customer(group: Path) -> None:
    assert by_email(group, "anna@example.org")["disputes_count"] == 1
    assert by_email(group, "ben@example.org")["disputes_count"] == 0


def test_a_company_of_two_shops_is_one_where_the_crm_knows_it(group: Path) -> None:
    mill, bakery = company_of(group, CRM, "501"), company_of(group, DE, "3")
    assert by_email(group, "mia@example.org")["company_key"] == mill
    assert by_email(group, "max@example.org")["company_key"] == mill
    assert by_email(group, "eve@example.org")["company_key"] == bakery != mill
    assert by_email(group, "anna@example.org")["company_key"] is None


def test_a_companys_map_row_says_by_which_rule_and_evidence(group: Path) -> None:
    found = warehouse.rows(group, "select * from marts.company_map where is_current")
    rules = {(row["account"], row["source_id"]): (row["rule"], row["evidence"]) for row in found}
    assert rules == {
        (CRM, "500"): ("vendor_merge", f"{CRM}:501"),
        (CRM, "501"): ("vendor_id", "501"),
        (DE, "1"): ("shared_buyers", f"{CRM}:500"),
        (WORLD, "2"): ("shared_buyers", f"{CRM}:500"),
        (DE, "3"): ("vendor_id", "3"),
    }


def test_a_company_has_its_buyers_and_their_spend(group: Path) -> None:
    (mill,) = warehouse.rows(
        group,
        f"select * from marts.companies where company_key = '{company_of(group, CRM, '501')}'",
    )
    assert (mill["company_name"], mill["level"], mill["buyers_count"]) == ("Mill", 1, 2)
    assert mill["orders_count"] == mill["orders_with_subsidiaries_count"] == 2
    assert mill["net_sales_amount_group"] == mill["net_sales_with_subsidiaries_amount_group"] > 0


def test_contact_points_of_every_system_can_be_found(group: Path) -> None:
    kinds = warehouse.rows(
        group,
        """select record_kind, account, count(*) as records from marts_pii.customer_contacts
           where account in ('crm', 'payments-gmbh') group by all order by all""",
    )
    assert [tuple(row.values()) for row in kinds] == [
        ("contact", CRM, 8),
        ("psp_customer", PAYMENTS, 2),
    ]


@pytest.mark.soak
def test_resolving_again_changes_nothing_nor_does_a_seed_that_got_a_column(
    group: Path, whole: Path
) -> None:
    before = warehouse.rows(group, "select * from marts.id_map order by all")
    assert warehouse.rows(whole, "select * from marts.id_map order by all") == before


HISTORY = {"id_map", "customer_redirects", "customer_splits", "identity_evidence"}
HISTORY |= {"company_map", "company_redirects", "company_evidence"}
ANNA_AND_BEN = """
    insert into intermediate.identity_decisions
    select 'person', $decision, 'shopify', one.account, one.customer_id, 'shopify', other.account, other.customer_id,
        'ines', cast($decided_at as timestamp), 'they said so'
    from staging.stg_shopify__customers as one, staging.stg_shopify__customers as other
    where one.email = 'ben@example.org' and other.email = 'anna@example.org'"""
BAKERY_AND_MILL = f"""
    insert into intermediate.identity_decisions values ('company', $decision, 'shopify', '{DE}', '3',
        'hubspot', '{CRM}', '501', 'ines', cast($decided_at as timestamp), 'one signs for both')"""
# Who had spent what, by the map as it was known when its `nth` version was recorded.
SPENT_AS_KNOWN = """
    with moments as (
        select recorded_at, row_number() over (order by recorded_at) as nth
        from (select distinct recorded_at from marts.id_map)),
    known as (
        select id_map.* from marts.id_map, moments
        where nth = {nth} and id_map.recorded_at <= moments.recorded_at
            and (superseded_at is null or superseded_at > moments.recorded_at))
    select known.customer_key, sum(orders.net_sales_amount_group) as net_sales_amount_group
    from marts.orders inner join intermediate.int_orders__keyed as keyed using (account, order_id)
    inner join known on keyed.system = known.system and keyed.account = known.account
        and keyed.source_id = known.source_id
    group by 1 order by 1"""


@pytest.mark.soak
def test_a_merge_and_its_end_leave_every_mart_and_metric_as_it_was(
    whole: Path, tmp_path: Path
) -> None:
    path = tmp_path / "warehouse.duckdb"
    shutil.copy(whole, path)
    before = facts(path)
    alone = [by_email(path, f"{name}@example.org") for name in ("anna", "ben")]
    joined = facts(decided(path, "link", "2026-07-02"))
    both = by_email(path, "ben@example.org")
    assert both == by_email(path, "anna@example.org")
    assert both["ltv_amount_group"] == 150
    (moved,) = warehouse.rows(path, "select * from marts.customer_redirects")
    (gone,) = (one for one in alone if one["customer_key"] == moved["from_customer_key"])
    assert moved["orders_count"] == gone["orders_count"] == 1
    assert moved["net_sales_amount_group"] == gone["ltv_amount_group"]
    assert {name for name in before if joined[name] != before[name]} >= {
        "companies",
        "customer_360",
        "customer_ltv",
        "orders",
        "metrics",
    }
    mill, bakery = company_of(path, CRM, "501"), company_of(path, DE, "3")
    assert mill == bakery
    (moved,) = warehouse.rows(path, "select * from marts.company_redirects")
    assert moved["to_company_key"] == mill
    (told,) = warehouse.rows(path, "select * from marts.company_evidence where told_by = 'ines'")
    assert (told["rule"], told["linked_source_id"]) == ("reviewed_link", "501")
    apart = facts(decided(path, "cannot_link", "2026-07-03"))
    assert {name for name in before if apart[name] != before[name]} == set()
    for redirects in ("customer_redirects", "company_redirects"):
        assert not warehouse.rows(path, f"select * from marts.{redirects}")
    spent = [warehouse.rows(path, SPENT_AS_KNOWN.format(nth=nth)) for nth in (1, 2, 3)]
    assert spent[0] == spent[2] != spent[1]
    assert {50, 100} <= {row["net_sales_amount_group"] for row in spent[0]}
    assert 150 in {row["net_sales_amount_group"] for row in spent[1]}


def decided(path: Path, decision: str, at_: str) -> Path:
    """A steward's word, and what follows from it."""
    with duckdb.connect(str(path)) as con:
        for pair in (ANNA_AND_BEN, BAKERY_AND_MILL):
            con.execute(pair, {"decision": decision, "decided_at": at_})
    with mock.patch.dict("os.environ", {"CONCORD_HASH_KEY": "a key for tests"}):
        identity.resolve(path)
    untested = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
    warehouse.build(path, "--select", "source:raw_identity+", *untested)
    return path


def facts(path: Path) -> dict[str, Any]:
    """Every mart but those of history, and every metric: rows and an order-free checksum."""
    with duckdb.connect(str(path)) as con:
        names = [
            name
            for (name,) in con.execute(
                "select table_name from information_schema.tables where table_schema = 'marts'"
            ).fetchall()
        ]
        sums = {
            name: con.execute(
                f"select count(*), sum(hash(t::varchar)::hugeint) from marts.{name} as t"
            ).fetchone()
            for name in names
            if name not in HISTORY
        }
        con.register("measured", metrics.evaluate(dbt_run.semantic_manifest(), con, "EUR", {}))
        return sums | {
            "metrics": con.execute(
                "select count(*), sum(hash(t::varchar)::hugeint) from measured as t"
            ).fetchone()
        }
