"""Reconciliation of the tiny world: who paid what, what the provider and the bank say, and the state of each row.

Each order touches nothing else, so a test names the one it is about. Amounts are chosen to be worked out in the head.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import warehouse
from tests.dbt_project.tiny_payments import JULY_1, Psp
from tests.dbt_project.tiny_world import RECEIVED, Order, World, bag, gid, log

pytestmark = pytest.mark.soak  # dbt builds thirty models first

DE, WORLD, JP = "nordlicht-de", "nordlicht-world", "nordlicht-jp"
MARTS = ("+reconciliation", "+reconciliation_matches", "+duplicate_captures")
CAUTIOUS = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")


@dataclass
class Reconciled:
    path: Path
    ids: Mapping[str, str]

    def rows(self, case: str, leg: str = "order_psp") -> list[dict[str, Any]]:
        return warehouse.rows(
            self.path,
            f"""select * from marts.reconciliation where leg = '{leg}' and (order_id = '{self.ids[case]}'
                    or source_id = '{self.ids[case]}') order by side, occurred_at, source_id""",
        )

    def states(self, case: str, leg: str = "order_psp") -> list[tuple[str, str, str | None]]:
        return [(row["side"], row["state"], row["reason"]) for row in self.rows(case, leg)]


@dataclass
class Shops:
    """Orders with their transactions; ``ids`` by case."""

    world: World
    ids: dict[str, str] = field(default_factory=dict)

    def order(self, case: str, total: str, account: str = DE, current: str | None = None) -> Order:
        currency = {DE: "EUR", WORLD: "USD", JP: "JPY"}[account]
        order = self.world.order(
            account,
            f"#{len(self.ids)}",
            JULY_1,
            **bag("total_price_set", total, currency),
            **bag("current_total_price_set", current or total, currency),
        )
        self.ids[case] = order.id
        return order

    def transaction(
        self,
        order: Order,
        kind: str,
        amount: str,
        *,
        gateway: str = "stripe",
        at: datetime = JULY_1,
        parent: str | None = None,
        presented: tuple[str, str] | None = None,
    ) -> str:
        """A successful transaction; ``presented``: (amount, currency) that the buyer saw."""
        tail = str(self.world.new_id())
        money = bag("amount_set", amount, order.currency)
        if presented:
            money["amount_set__presentment_money__amount"] = Decimal(presented[0])
            money["amount_set__presentment_money__currency_code"] = presented[1]
        order.child(
            "transactions",
            id=gid("OrderTransaction", tail),
            parent_transaction__id=gid("OrderTransaction", parent) if parent else None,
            payment_id=f"c{tail}.1",
            gateway=gateway,
            kind=kind,
            status="SUCCESS",
            test=False,
            processed_at=at,
            created_at=at,
            **money,
        )
        return tail


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> Reconciled:
    world = World()
    shops, gmbh, kk = Shops(world), Psp(world), Psp(world, "payments-kk")
    _matched(shops, gmbh, kk)
    _open(shops, gmbh)
    _banked(world, shops.ids, gmbh)
    path = world.write(tmp_path_factory.mktemp("reconciled") / "warehouse.duckdb")
    warehouse.build(path, "--select", *MARTS, *CAUTIOUS)
    return Reconciled(path, shops.ids)


def _matched(shops: Shops, gmbh: Psp, kk: Psp) -> None:
    split = shops.order("split", "100")
    shops.transaction(split, "SALE", "30", gateway="gift_card")
    held = shops.transaction(split, "AUTHORIZATION", "70")
    shops.transaction(split, "CAPTURE", "70", parent=held)
    gmbh.charge(7000, (DE, split.id), metadata__payment_id=f"c{held}.1")

    disputed = shops.order("disputed", "100")
    shops.transaction(disputed, "SALE", "100")
    charge = gmbh.charge(10000, (DE, disputed.id))
    gmbh.dispute(charge, 6000, "won", (("dispute", -6000, 2000), ("dispute_reversal", 6000, 0)))
    gmbh.dispute(charge, 4000, "lost", (("dispute", -4000, 2000),))

    yen = shops.order("yen", "1980", JP)
    shops.transaction(yen, "SALE", "1980")
    kk.charge(1980, (JP, yen.id))

    dinars = shops.order("dinars", "16.70", WORLD)
    shops.transaction(dinars, "SALE", "16.70", presented=("5.123", "KWD"))
    gmbh.charge(5120, (WORLD, dinars.id), currency="kwd", settled=1500)


def _open(shops: Shops, gmbh: Psp) -> None:
    twice = shops.order("twice", "50")
    shops.transaction(twice, "SALE", "50")
    gmbh.charge(5000, (DE, twice.id))
    gmbh.charge(5000, (DE, twice.id), moment=JULY_1 + timedelta(minutes=3))

    given_back = shops.order("given back", "50")
    shops.transaction(given_back, "SALE", "50")
    gmbh.charge(5000, (DE, given_back.id))
    again = gmbh.charge(5000, (DE, given_back.id), moment=JULY_1 + timedelta(minutes=3))
    gmbh.refund(again, 5000)

    shops.transaction(shops.order("nowhere", "20"), "SALE", "20")
    just_now = shops.order("just now", "20")
    shops.transaction(just_now, "SALE", "20", at=RECEIVED - timedelta(days=1))

    short = shops.order("a cent less", "20")
    shops.transaction(short, "SALE", "20")
    gmbh.charge(1999, (DE, short.id))

    bounced = shops.order("bounced refund", "40", current="0")
    sale = shops.transaction(bounced, "SALE", "40")
    later = JULY_1 + timedelta(days=3)
    shops.transaction(bounced, "REFUND", "40", at=later, parent=sale)
    gmbh.refund(gmbh.charge(4000, (DE, bounced.id)), 4000, fails=True)

    shops.transaction(shops.order("strange", "9"), "SALE", "9", gateway="cowries")


def _banked(world: World, ids: dict[str, str], gmbh: Psp) -> None:
    """Three payouts: one arrives, one comes 2 euros short, one never; and a credit nobody knows."""
    world.account("bank", "bank-gmbh", "nordlicht-gmbh", "Europe/Berlin", "EUR")
    arrived = JULY_1 + timedelta(days=7)
    for case, amount, paid in (
        ("arrives", 10000, "100"),
        ("short", 5000, "48"),
        ("lost", 3000, None),
    ):
        ids[case] = gmbh.payout(amount, (gmbh.entry("topup", amount),))
        if paid:
            _line(world, f"line of {case}", paid, arrived, f"STRIPE {ids[case]}")
    _line(world, "stranger", "77", arrived, "for you")
    ids["stranger"] = "stranger"


def _line(world: World, entry: str, amount: str, at: datetime, text: str) -> None:
    logged = log("bank-gmbh", at)
    if ("raw_bank", "statements") not in world.rows:
        row = {"id": "s1", "iban": "DE00", "currency": "EUR", **logged}
        world.add("raw_bank", "statements", **row)
    world.add(
        "raw_bank",
        "entries",
        statement_id="s1",
        id=entry,
        iban="DE00",
        currency="EUR",
        amount=Decimal(amount),
        status="BOOK",
        booked_date=at.date(),
        servicer_reference=entry,
        details_count=0,
        remittance_text=text,
        **logged,
    )


def test_dbt_shopify_176_a_sale_beside_a_capture_is_matched_once(reconciled: Reconciled) -> None:
    assert reconciled.states("split") == [
        ("order", "not_expected", "gift_card"),
        ("order", "not_expected", "authorised_only"),
        ("order", "matched", None),
        ("psp", "matched", None),
    ]


def test_two_disputes_on_a_charge_leave_its_payment_matched(reconciled: Reconciled) -> None:
    assert {row["state"] for row in reconciled.rows("disputed")} == {"matched"}
    assert len(reconciled.rows("disputed")) == 2


def test_yen_match_to_the_yen(reconciled: Reconciled) -> None:
    rows = reconciled.rows("yen")
    assert {(row["state"], row["amount"], row["currency"]) for row in rows} == {
        ("matched", Decimal(1980), "JPY")
    }


def test_dinars_match_within_what_the_provider_rounds(reconciled: Reconciled) -> None:
    order, psp = reconciled.rows("dinars")
    assert (order["state"], psp["state"]) == ("matched", "matched")
    assert (order["amount"], psp["amount"]) == (Decimal("5.123"), Decimal("5.12"))
    assert (order["difference_amount"], psp["difference_amount"]) == (
        Decimal("0.003"),
        Decimal("-0.003"),
    )


def test_a_second_capture_is_the_duplicate_and_the_first_is_not(reconciled: Reconciled) -> None:
    assert reconciled.states("twice") == [
        ("order", "matched", None),
        ("psp", "matched", None),
        ("psp", "duplicate_capture", None),
    ]
    found = warehouse.rows(reconciled.path, "select * from marts.duplicate_captures")
    assert [(row["order_id"], row["amount"]) for row in found] == [(reconciled.ids["twice"], 50)]


def test_a_duplicate_that_was_given_back_is_none_any_more(reconciled: Reconciled) -> None:
    assert [state for _, state, _ in reconciled.states("given back")] == [
        "matched",
        "matched",
        "missing_in_shop",
        "missing_in_shop",
    ]


def test_what_the_provider_lacks_is_late_first_and_missing_later(reconciled: Reconciled) -> None:
    assert reconciled.states("just now") == [("order", "timing", None)]
    assert reconciled.states("nowhere") == [("order", "missing_in_psp", None)]


def test_a_cent_is_a_difference_with_its_sign(reconciled: Reconciled) -> None:
    apart = [
        (r["side"], r["state"], r["difference_amount"]) for r in reconciled.rows("a cent less")
    ]
    assert apart == [
        ("order", "amount_difference", Decimal("0.01")),
        ("psp", "amount_difference", Decimal("-0.01")),
    ]


def test_a_refund_that_failed_is_missing_in_the_shop(reconciled: Reconciled) -> None:
    assert ("psp", "missing_in_shop", "refund_failed") in reconciled.states("bounced refund")


def test_a_gateway_that_nobody_entered_is_unknown(reconciled: Reconciled) -> None:
    assert reconciled.states("strange") == [("order", "unknown", "unknown_gateway")]


@pytest.mark.parametrize(
    ("case", "state", "apart"),
    [
        ("arrives", "matched", "0"),
        ("short", "payout_short", "2"),
        ("lost", "missing_at_bank", "30"),
    ],
)
def test_a_payout_beside_the_bank(
    reconciled: Reconciled, case: str, state: str, apart: str
) -> None:
    (row,) = reconciled.rows(case, "payout_bank")
    assert (row["state"], row["difference_amount"]) == (state, Decimal(apart))


def test_a_credit_that_nobody_knows_is_unidentified(reconciled: Reconciled) -> None:
    assert reconciled.states("stranger", "payout_bank") == [("bank", "bank_unidentified", None)]
