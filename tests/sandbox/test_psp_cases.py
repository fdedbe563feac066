"""Each named case of the PSP is what its name says, looked up in what Stripe would show."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.world import World
from sandbox.world.cases import CASES
from sandbox.world.psp_cases import CHARGES, CUSTOMERS, DISPUTES, PAYOUTS
from sandbox.world.psp_extras import MOVEMENTS
from tests.sandbox.worlds import MONTHS, MOVED, OTHER_YEAR, SMALL, SMALLEST, answered, look

Objects = list[dict[str, Any]]
TABLES = {
    "BalanceTransaction": "balance_transactions",
    "Charge": "charges",
    "Customer": "customers",
    "Dispute": "disputes",
    "Payout": "payouts",
    "Refund": "refunds",
}
NAMED = {
    *(dispute.case for dispute in DISPUTES),
    *(case for case, *_ in (*CHARGES, *PAYOUTS, *CUSTOMERS)),
    *(movement.case for movement in MOVEMENTS),
    *(
        "payout_canceled",
        "payout_negative",
        "psp_monthly_fee",
        "psp_reserve",
        "psp_reserve_release",
    ),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return answered(look(*SMALLEST), tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="module")
def objects(world: World) -> Callable[..., Objects]:
    def of(case: str, kind: str) -> Objects:
        """The objects of one type that play a case, oldest first."""
        found = world.con.execute(
            f"""select t.* from stripe.{TABLES[kind]} as t
            join truth.special_cases as c on c.account = t._account and c.object_id = t.id
            where c."case" = ? and c.object_type = ? order by t._seq""",
            [case, kind],
        )
        names = [d[0] for d in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return of


def entries(world: World, payout: str) -> list[tuple[str, int]]:
    return world.con.execute(
        "select type, net from stripe.balance_transactions where _payout = ? order by _seq",
        [payout],
    ).fetchall()


@pytest.mark.parametrize(
    ("seed", "days", "orders", "advanced"),
    [(1, 1, len(CASES), 0), (*SMALL, 0), (*OTHER_YEAR, 0), (*MONTHS, MOVED[MONTHS][1])],
)
def test_every_world_holds_every_case(
    tmp_path: Path, seed: int, days: int, orders: int, advanced: int
):
    world = look(seed, days, orders, advanced)
    world.write_answers(tmp_path)
    found = world.con.execute(
        f"""select c."case", c.object_type, c.account, c.object_id
        from '{tmp_path}/special_cases.parquet' as c where c.account like 'payments-%'"""
    ).fetchall()
    assert {case for case, *_ in found} == NAMED
    for case, kind, account, id_ in found:
        shown = f"select count(*) from stripe.{TABLES[kind]} where _account = ? and id = ?"
        assert world.con.execute(shown, [account, id_]).fetchall() == [(1,)], (case, id_)


def test_disputes_end_as_planned_at_the_base_clock(world: World, objects):
    def states(case: str) -> list[str]:
        return [d["status"] for d in objects(case, "Dispute")]

    assert states("dispute_won") == states("dispute_won_fee_returned") == ["won"]
    assert states("dispute_lost") == states("dispute_unanswered") == ["lost"]
    assert states("dispute_open") == ["needs_response"]
    assert states("dispute_under_review") == ["under_review"]
    assert states("dispute_inquiry") == ["warning_closed"]
    assert states("dispute_inquiry_open") == ["warning_needs_response"]
    assert states("two_disputes_on_one_charge") == ["won", "lost"]


def test_disputes_move_the_money_that_they_say(objects):
    def moved(case: str, nth: int = 0) -> list[tuple[str, int, int]]:
        found = objects(case, "Dispute")[nth]["balance_transactions"]
        return [(b["reporting_category"], b["amount"], b["fee"]) for b in found]

    (won,) = objects("dispute_won", "Dispute")
    assert moved("dispute_won") == [
        ("dispute", -won["amount"], 2000),
        ("dispute_reversal", won["amount"], 0),
    ]
    assert [fee for *_, fee in moved("dispute_won_fee_returned")] == [1500, -1500]
    assert [kind for kind, *_ in moved("dispute_lost")] == ["dispute"]
    for inquiry in ("dispute_inquiry", "dispute_inquiry_open"):
        assert moved(inquiry) == []
        (shown,) = objects(inquiry, "Dispute")
        assert shown["payment_method_details"]["card"]["case_type"] == "inquiry"


def test_two_disputes_share_one_charge_and_do_not_exceed_it(world: World, objects):
    first, second = objects("two_disputes_on_one_charge", "Dispute")
    assert first["charge"] == second["charge"]
    (amount,) = world.con.execute(
        "select amount_captured from stripe.charges where id = ?", [first["charge"]]
    ).fetchall()[0]
    assert first["amount"] + second["amount"] == amount


def test_a_charge_disputed_whole_after_a_partial_refund_can_only_lose_the_rest(world, objects):
    (dispute,) = objects("dispute_after_partial_refund", "Dispute")
    captured, refunded = world.con.execute(
        "select amount_captured, amount_refunded from stripe.charges where id = ?",
        [dispute["charge"]],
    ).fetchall()[0]
    assert dispute["amount"] == captured
    assert 0 < refunded < captured


def test_metadata_is_forgotten_on_the_charge_or_on_both(world: World, objects):
    def of_intent(case: str) -> tuple[dict, dict]:
        (charge,) = objects(case, "Charge")
        (metadata,) = world.con.execute(
            "select metadata from stripe.payment_intents where id = ?", [charge["payment_intent"]]
        ).fetchall()[0]
        return charge["metadata"], metadata

    assert of_intent("charge_without_metadata") == ({}, {})
    charge, intent = of_intent("charge_metadata_on_intent_only")
    assert charge == {}
    assert intent["shop"] == "nordlicht-de.myshopify.com"
    (full,) = objects("charge_rounded_to_tens", "Charge")
    assert set(full["metadata"]) == {"shop", "order_id", "order_name", "payment_id"}


def test_debits_are_payments_and_a_bounced_one_is_taken_back(world: World, objects):
    (good,) = objects("debit_payment", "Charge")
    assert good["id"].startswith("py_")
    assert (good["status"], good["payment_method_details"]["type"]) == ("succeeded", "sepa_debit")
    (bad,) = objects("debit_payment_failed", "Charge")
    assert (bad["status"], bad["paid"], bad["failure_code"]) == (
        "failed",
        False,
        "insufficient_funds",
    )
    moved = world.con.execute(
        "select type, amount from stripe.balance_transactions where source = ? order by _seq",
        [bad["id"]],
    ).fetchall()
    assert moved == [("payment", bad["amount"]), ("payment_failure_refund", -bad["amount"])]


def test_attempts_are_one_intent_and_a_canceled_one_moves_nothing(world: World, objects):
    declined, taken = objects("failed_charge_retried", "Charge")
    assert declined["payment_intent"] == taken["payment_intent"]
    assert [declined["status"], taken["status"]] == ["failed", "succeeded"]
    assert declined["balance_transaction"] is None
    held = objects("authorization_canceled", "Charge")[0]
    assert (held["captured"], held["refunded"], held["balance_transaction"]) == (False, True, None)
    status, reason = world.con.execute(
        "select status, cancellation_reason from stripe.payment_intents where id = ?",
        [held["payment_intent"]],
    ).fetchall()[0]
    assert (status, reason) == ("canceled", "requested_by_customer")
    assert world.con.execute(
        "select amount, balance_transaction from stripe.refunds where charge = ?", [held["id"]]
    ).fetchall() == [(held["amount"], None)]


def test_a_partial_capture_is_booked_whole_and_its_rest_let_go_with_its_fee(world, objects):
    (charge,) = objects("partial_capture", "Charge")
    assert 0 < charge["amount_captured"] < charge["amount"]
    assert charge["amount_captured"] + charge["amount_refunded"] == charge["amount"]
    whole, back = world.con.execute(
        """select amount, fee, reporting_category from stripe.balance_transactions
        where source = $id or source in (select id from stripe.refunds where charge = $id) order by amount desc""",
        {"id": charge["id"]},
    ).fetchall()
    assert (whole[0], whole[2]) == (charge["amount"], "charge")
    assert (back[0], back[2]) == (-charge["amount_refunded"], "partial_capture_reversal")
    assert whole[1] > 0 > back[1]


def test_a_failed_refund_brings_its_money_back(world: World, objects):
    (refund,) = objects("refund_failure", "Refund")
    assert (refund["status"], refund["failure_reason"]) == ("failed", "expired_or_canceled_card")
    pair = world.con.execute(
        "select type, amount from stripe.balance_transactions where source = ? order by _seq",
        [refund["id"]],
    ).fetchall()
    assert [kind for kind, _ in pair] == ["refund", "refund_failure"]
    assert sum(amount for _, amount in pair) == 0
    (charge,) = objects("refund_failure", "Charge")
    assert charge["amount_refunded"] == 0


def test_a_refund_has_the_rate_of_its_own_day(world: World, objects):
    (charge,) = objects("refund_at_another_rate", "Charge")
    rates = world.con.execute(
        """select exchange_rate from stripe.balance_transactions
        where source = $id or source in (select id from stripe.refunds where charge = $id)""",
        {"id": charge["id"]},
    ).fetchall()
    assert len(set(rates)) == 2


def test_dinars_end_on_zero_and_yen_have_no_decimals(world: World, objects):
    (dinars,) = objects("charge_rounded_to_tens", "Charge")
    assert (dinars["currency"], dinars["amount"] % 10) == ("kwd", 0)
    (yen,) = objects("charge_without_decimals", "Charge")
    settled, currency = world.con.execute(
        "select amount, currency from stripe.balance_transactions where id = ?",
        [yen["balance_transaction"]],
    ).fetchall()[0]
    assert (yen["currency"], currency) == ("jpy", "eur")
    assert settled < yen["amount"]  # cents, at more than a yen each


def test_payouts_hide_fail_and_turn_negative(world: World, objects):
    for case, hidden in (
        ("payout_hidden_instant_fee", -150),
        ("payout_hidden_card_reader_fee", -249),
        ("payout_hidden_loan_repayment", -500),
    ):
        (payout,) = objects(case, "Payout")
        listed = sum(net for kind, net in entries(world, payout["id"]) if kind != "payout")
        assert payout["amount"] - listed == hidden
    (negative,) = objects("payout_negative", "Payout")
    assert negative["amount"] < 0
    assert ("reserve_transaction",) in {(kind,) for kind, _ in entries(world, negative["id"])}
    (failed,) = objects("payout_failed", "Payout")
    assert failed["status"] == "failed"
    again = world.con.execute(
        "select _payout, net from stripe.balance_transactions where id = ?",
        [failed["failure_balance_transaction"]],
    ).fetchall()
    assert again[0][1] == failed["amount"]
    assert again[0][0] not in (None, failed["id"])


def test_payouts_made_by_hand_list_nothing(world: World, objects):
    (manual,) = objects("payout_manual", "Payout")
    (canceled,) = objects("payout_canceled", "Payout")
    for payout, status in ((manual, "paid"), (canceled, "canceled")):
        assert (payout["automatic"], payout["status"]) == (False, status)
        assert payout["reconciliation_status"] == "not_applicable"
        assert entries(world, payout["id"]) == []
    moved = world.con.execute(
        "select type, amount from stripe.balance_transactions where source = ? order by _seq",
        [canceled["id"]],
    ).fetchall()
    assert moved == [("payout", -canceled["amount"]), ("payout_cancel", canceled["amount"])]


def test_customers_name_the_shops_or_do_not(objects):
    (linked,) = objects("psp_customer_linked", "Customer")
    assert linked["metadata"]["shop"] == "nordlicht-world.myshopify.com"
    assert linked["metadata"]["shopify_customer_id"].isdigit()
    assert objects("psp_customer_linked_later", "Customer")[0]["metadata"]
    assert objects("psp_customer_not_linked", "Customer")[0]["metadata"] == {}
    (loud,) = objects("psp_customer_in_capitals", "Customer")
    assert loud["email"].isupper()
    assert "+" in loud["email"]
