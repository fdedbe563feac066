"""The PSP's special cases: each hangs on the order of a named Shopify case, so every world holds it.

A dispute's days are counted: opened after the charge, answered and closed after it was opened.
"""

from typing import NamedTuple

import duckdb

from sandbox.world import shops
from sandbox.world.cases import CASES
from sandbox.world.columns import store_rows


class PlannedDispute(NamedTuple):
    """What a named dispute will be; ``percent`` of the captured amount, ``answered`` None: never."""

    case: str
    order_case: str
    nth: int
    number: int
    percent: int
    opened: int
    answered: int | None
    closed: int
    outcome: str
    reason: str
    note: str


DISPUTES = [
    PlannedDispute("dispute_won", "local_day_boundary_de", 0, 1, 100, 6, 4, 28, "won",
                   "product_not_received", "the money comes back, the fee does not"),
    PlannedDispute("dispute_won_fee_returned", "local_day_boundary_jp", 0, 1, 100, 6, 4, 28, "won",
                   "fraudulent", "the Japanese account gets its fee back"),
    PlannedDispute("dispute_lost", "bundle", 0, 1, 100, 20, 6, 50, "lost", "fraudulent", ""),
    PlannedDispute("dispute_after_partial_refund", "partial_refund", 0, 1, 100, 30, 5, 30, "lost",
                   "product_unacceptable", "the whole charge is disputed, part of it was refunded"),
    PlannedDispute("dispute_unanswered", "gift_card", 0, 1, 100, 12, None, 15, "lost",
                   "unrecognized", "lost because nobody answered"),
    PlannedDispute("dispute_open", "couple_with_one_phone", 1, 1, 100, 30, None, 15, "lost",
                   "credit_not_processed", "waits for an answer at the base clock"),
    PlannedDispute("dispute_under_review", "role_address", 0, 1, 100, 20, 7, 60, "won",
                   "duplicate", "answered, not decided at the base clock"),
    PlannedDispute("dispute_inquiry", "line_discount", 0, 1, 100, 15, 3, 60, "warning_closed",
                   "general", "asked, answered, closed: no money moved"),
    PlannedDispute("dispute_inquiry_open", "role_address", 1, 1, 100, 25, None, 90,
                   "warning_closed", "general", ""),
    PlannedDispute("two_disputes_on_one_charge", "treasury_corrected_rate", 0, 1, 60, 10, 5, 35,
                   "won", "product_unacceptable", "the first, over part of it, won"),
    PlannedDispute("two_disputes_on_one_charge", "treasury_corrected_rate", 0, 2, 40, 40, 5, 24,
                   "lost", "fraudulent", "the second, over the rest, lost"),
]  # fmt: skip

# What a charge is drawn to be, by the case of its order: (PSP case, order case, which of its orders, note).
CHARGES = [
    ("charge_without_metadata", "guest_without_email", 0, "neither it nor its intent names the order"),
    ("charge_metadata_on_intent_only", "guest_with_email", 1, "the intent still names the order"),
    ("debit_payment", "imported_order", 0, "a py_ charge, pending for days"),
    ("debit_payment_failed", "many_lines", 0, "the bank says no after a week; the shop never hears"),
    ("failed_charge_retried", "failed_payment_retried", 0, "two charges of one payment intent"),
    ("authorization_canceled", "voided_authorization", 0, "a refund without balance transaction"),
    ("partial_capture", "edited_line_removed", 0, "the rest is released: its fee comes back too"),
    ("refund_failure", "goodwill_abroad", 0, "the buyer's card is gone; the money is ours again"),
    ("refund_at_another_rate", "refund_after_month_end", 0, "taken back at the rate of its own day"),
    ("charge_rounded_to_tens", "presentment_kwd", 0, "dinars end on 0: off by up to five fils"),
    ("charge_without_decimals", "presentment_jpy", 0, "yen settled in cents"),
]  # fmt: skip

# Payouts, by the order whose charge they hold: (PSP case, order case, which, hidden minor units, note).
PAYOUTS = [
    ("payout_hidden_instant_fee", "dst_change_de", 0, -150, "a fee for paying out at once"),
    ("payout_hidden_card_reader_fee", "couple_with_one_phone", 0, -249, "a card reader's monthly fee"),
    ("payout_hidden_loan_repayment", "full_refund", 0, -500, "an instalment of the loan"),
    ("payout_failed", "split_shipment", 0, 0, "comes back and is paid again"),
    ("payout_manual", "voided_authorization", 0, 0, "made by hand: the PSP lists no entries"),
]  # fmt: skip

# Customers, by their person and shop: (PSP case, person, shop, link draw: under 10 at once, under 12 later, note).
SHOUTED = "psp_customer_in_capitals"
CUSTOMERS = [
    ("psp_customer_linked", "guest", shops.WORLD, 0, "names the shop's customer"),
    ("psp_customer_linked_later", "regular", shops.WORLD, 10, "names it three weeks after it was made"),
    ("psp_customer_not_linked", "regular_jp", shops.JP, 19, "its charges and its address know whose it is"),
    (SHOUTED, "three_shops", shops.WORLD, 19, "the address with its plus tag, in capitals"),
]  # fmt: skip


def order_of(name: str, nth: int = 0) -> int:
    """The order number of the ``nth`` order that plays a Shopify case."""
    return [ono for ono, case in enumerate(CASES) if name in case.names.split()][nth]


def create_cases(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_planned_disputes``, ``psp_planned_charges`` and ``psp_planned_payouts`` by order."""
    store_rows(
        con,
        "truth.psp_planned_disputes",
        ["ono", *PlannedDispute._fields],
        [(order_of(d.order_case, d.nth), *d) for d in DISPUTES],
    )
    store_rows(
        con,
        "truth.psp_planned_charges",
        ["case", "ono", "note"],
        [(case, order_of(name, nth), note) for case, name, nth, note in CHARGES],
    )
    store_rows(
        con,
        "truth.psp_planned_payouts",
        ["case", "ono", "hidden", "note"],
        [(case, order_of(name, nth), hidden, note) for case, name, nth, hidden, note in PAYOUTS],
    )
