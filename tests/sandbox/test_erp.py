"""The ERP's and treasury's files: codes and costs that change on a day, contracts, monthly rates."""

import csv
import io

import httpx

from sandbox.world import World
from sandbox.world.treasury_rates import CORRECTED, SELF_APPROVED


def rows(group: dict, account: str, name: str, **query: str) -> list[dict[str, str]]:
    served = group[account]
    headers = {"Authorization": f"Bearer {served.secret}"}
    answer = httpx.get(
        f"{served.base_url}/{name}.csv", params=query, headers=headers, timeout=60
    ).raise_for_status()
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_every_article_that_is_sold_has_a_code_and_a_cost(group: dict, small_world: World):
    costs = {row["item_code"] for row in rows(group, "erp", "item_costs")}
    codes = {
        (r["shop_account"], r["sku"]): r["item_code"] for r in rows(group, "erp", "item_codes")
    }
    sold = small_world.con.execute(
        """select distinct o.account, v.sku from truth.lines as l join truth.orders as o using (ono)
        join truth.variants as v on v.shop = o.shop and v.variant = l.variant where not l.is_gift_card"""
    ).fetchall()
    assert sold
    assert [article for article in sold if codes.get(article) not in costs] == []


def test_some_articles_became_another_item_on_a_day(group: dict):
    by_sku: dict[tuple[str, str], set[str]] = {}
    for row in rows(group, "erp", "item_codes"):
        by_sku.setdefault((row["shop_account"], row["sku"]), set()).add(row["item_code"])
    assert {len(codes) for codes in by_sku.values()} == {1, 2}


def test_a_corrected_cost_is_a_higher_version_of_the_same_day(group: dict):
    costs = rows(group, "erp", "item_costs")
    corrected = [row for row in costs if row["version"] == "2"]
    assert corrected
    for row in corrected:
        (first,) = [
            old
            for old in costs
            if (old["item_code"], old["valid_from"], old["version"])
            == (row["item_code"], row["valid_from"], "1")
        ]
        assert first["cost_amount"] != row["cost_amount"]
        assert first["updated_at"] < row["updated_at"]


def test_a_file_is_asked_for_what_changed_since(group: dict):
    costs = rows(group, "erp", "item_costs")
    since = max(row["updated_at"] for row in costs)
    newest = rows(group, "erp", "item_costs", updated_since=since)
    assert newest == [row for row in costs if row["updated_at"] >= since]
    listed = {row["name"]: row["updated_at"] for row in rows(group, "erp", "index")}
    assert listed["item_costs.csv"] == since
    assert set(listed) == {"item_codes.csv", "item_costs.csv", "shipping_costs.csv"}


def test_contracts_name_every_psp_account(group: dict):
    fees = rows(group, "treasury", "contracted_fees")
    accounts = {(row["system"], row["account"]) for row in fees}
    assert accounts == {
        *(("stripe", "payments-gmbh"), ("stripe", "payments-kk"), ("shopify", "nordlicht-de")),
        *(("shopify", "nordlicht-world"), ("adyen", "adyen-gmbh"), ("adyen", "adyen-kk")),
        ("paypal", "paypal-gmbh"),
    }
    (card,) = [row for row in fees if row["fee_basis"] == "markup"]
    assert (card["payment_method"], card["fee_rate"]) == ("card", "0.0060")


def test_nobody_approves_their_own_rate_but_once(group: dict):
    rates = rows(group, "treasury", "rates")
    own = [row for row in rates if row["author"] == row["approved_by"]]
    assert [(row["from_currency"], row["rate_date"]) for row in own] == [SELF_APPROVED]
    assert {row["kind"] for row in rates} == {"transaction", "month_average", "closing"}
    late = [row for row in rates if row["kind"] == "closing" and row["version"] == "2"]
    assert [(row["from_currency"], row["rate_date"]) for row in late] == [CORRECTED]


def test_the_migration_has_an_owner_and_days(group: dict):
    (migration,) = rows(group, "treasury", "gateway_migrations")
    assert (migration["from_system"], migration["to_system"]) == ("stripe", "adyen")
    assert migration["starts_on"] < migration["ends_on"]
    assert migration["owner"] == "payments-team"
