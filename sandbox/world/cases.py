"""Every special case by name: an order whose facts are set instead of drawn.

One row may play several cases that do not touch each other. Dates are local to the shop and fixed, so
a case keeps its calendar (a DST change, a Sunday, a month end) whatever the seed and the days.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.world import shops
from sandbox.world.people import person

DAY = 86_400
US_OR = shops.destination("US", "OR")
US_NY = shops.destination("US", "NY")
GB, CH, KW = (shops.destination(c) for c in ("GB", "CH", "KW"))
CANADA, JP_ABROAD = shops.destination("CA"), shops.destination("JP", home=shops.WORLD)
BERLIN, TOKYO = shops.destination("DE"), shops.destination("JP", home=shops.JP)

# What an order is when its case says nothing: one paid, delivered, unremarkable order of two lines.
NEUTRAL: dict[str, Any] = {
    "created_after": 0,
    "mode": "customer",
    "is_test": False,
    "is_b2b": False,
    "n_lines": 2,
    "order_discount": "none",
    "discount_percent": 10,
    "is_line_discounted": False,
    "is_ship_free": False,
    "has_gift_card": False,
    "has_sample": False,
    "has_bundle": False,
    "has_duties": False,
    "has_fee": False,
    "tip": 0,
    "is_local_price": True,
    "fixed_unit": -1,
    "fixed_quantity": 0,
    "edit": "none",
    "edit_rounds": 1,
    "edit_after": 2 * DAY,
    "cancel": "none",
    "cancel_after": DAY,
    "ret": "none",
    "ret_rounds": 1,
    "ret_after": 14 * DAY,
    "ret_gap": 20 * DAY,
    "is_return_first": False,
    "refund_gap": 5 * DAY,
    "adjust": "none",
    "pay": "sale",
    "pay_after": 0,
    "capture_after": DAY,
    "ship": "one",
    "ship_after": DAY,
    "u": 0.0,
}
PER_SHOP: dict[int, dict[str, Any]] = {
    shops.DE: {"dest": BERLIN, "ship_price": 490},
    shops.WORLD: {"dest": US_NY, "ship_price": 1290},
    shops.JP: {"dest": TOKYO, "ship_price": 800},
}
BUYERS = {shops.DE: "three_shops", shops.WORLD: "regular", shops.JP: "regular_jp"}


@dataclass(frozen=True)
class Case:
    """One order that plays the ``names``; ``local`` is its time of placement in the shop's zone."""

    names: str
    shop: int
    local: str
    note: str
    buyer: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    def neutral_fields(self) -> dict[str, Any]:
        """All columns of the order; every one not named is neutral."""
        zone = ZoneInfo(shops.SHOPS[self.shop].zone)
        placed = datetime.fromisoformat(self.local).replace(tzinfo=zone, fold=1)
        return {
            "pid": person(self.buyer or BUYERS[self.shop]),
            "shop": self.shop,
            "placed_at": np.datetime64(int(placed.timestamp()), "s"),
            **NEUTRAL,
            **PER_SHOP[self.shop],
            **self.fields,
        }


def _case(names: str, shop: int, local: str, note: str, buyer: str = "", **fields: Any) -> Case:
    return Case(names, shop, local, note, buyer, fields)


CALENDAR = [
    _case("local_day_boundary_de", 0, "2026-09-01 00:30", "31 August in UTC, another month"),
    _case("local_day_boundary_world", 1, "2026-08-31 22:15", "1 September in UTC"),
    _case("local_day_boundary_jp", 2, "2026-09-01 07:45", "31 August in UTC"),
    _case("dst_change_de", 0, "2026-03-29 03:05", "five minutes after two o'clock was skipped"),
    _case("dst_change_world", 1, "2025-11-02 01:30", "the second half past one of that night"),
    _case("sunday_without_fixing guest_with_email", 1, "2026-06-14 12:00",
          "the ECB fixes no rate on a Sunday; the guest's account", "guest", dest=US_OR),
    _case("treasury_rate shipping_refund", 1, "2026-06-17 12:00",
          "treasury's own USD rate beats the ECB's; only the shipping is refunded", adjust="shipping"),
    _case("treasury_corrected_rate", 1, "2026-08-01 12:00", "version 2 of treasury's rate"),
    _case("black_friday automatic_discount goodwill", 0, "2025-11-28 19:00", "money back, goods kept",
          n_lines=4, order_discount="automatic", discount_percent=33, adjust="goodwill"),
    _case("imported_order", 0, "2026-02-27 15:00", "created in the shop three weeks after it was "
          "processed", created_after=21 * DAY),
]  # fmt: skip

EDITS = [
    _case("edited_line_added", 1, "2026-07-30 10:00", "the new line falls on a later day and month",
          edit="add", pay="auth_capture", capture_after=4 * DAY),
    _case("edited_line_removed", 0, "2026-04-29 10:00", "removed before capture, in May",
          n_lines=3, edit="remove", edit_after=3 * DAY, pay="auth_capture"),
    _case("edited_quantity_raised", 1, "2026-05-05 10:00", "", edit="increase", pay="auth_capture"),
    _case("edited_discount_given", 0, "2026-05-11 10:00", "an UPDATE sale",
          edit="discount", pay="auth_capture"),
    _case("edited_adjustment", 1, "2026-05-19 10:00", "an adjustment that belongs to no refund",
          edit="adjustment", pay="auth_capture"),
    _case("many_agreements", 1, "2026-03-03 10:00", "120 edits, so agreements need a second page",
          edit="add", edit_rounds=120, edit_after=4 * 3600, pay="auth_capture"),
    _case("many_lines", 0, "2026-03-17 10:00", "300 lines and sales, more than the largest page",
          n_lines=300, order_discount="code"),
]  # fmt: skip

CANCELLATIONS = [
    _case("cancelled_before_capture", 1, "2026-01-30 10:00", "reversed in February by the vendor",
          cancel="before_capture", cancel_after=3 * DAY, tip=300, has_gift_card=True, n_lines=3,
          ship="none"),
    _case("cancelled_after_capture", 2, "2026-02-10 10:00", "refunded in full by the vendor",
          cancel="after_capture", has_fee=True, ship="none"),
    _case("cancelled_without_reversal", 1, "2026-02-20 10:00", "no money, no reversing agreement",
          cancel="without_reversal", ship="none"),
    _case("cancelled_money_kept", 0, "2026-02-24 10:00", "captured, not refunded: it stands",
          cancel="money_kept", ship="none"),
    _case("voided", 0, "2026-03-05 10:00", "reversed by the vendor", cancel="voided", ship="none"),
    _case("voided_without_reversal", 1, "2026-03-30 10:00", "reversed by nobody; voided in April",
          cancel="voided_without_reversal", cancel_after=3 * DAY, ship="none",
          order_discount="code"),
    _case("test_order", 0, "2026-03-12 10:00", "never counts", is_test=True),
]  # fmt: skip

RETURNS = [
    _case("full_refund", 2, "2026-04-14 10:00", "", ret="full"),
    _case("repeated_refund", 1, "2026-04-21 10:00", "three refunds of one line",
          ret="partial", ret_rounds=3, fixed_quantity=7, order_discount="code"),
    _case("late_refund", 2, "2025-12-10 10:00", "six months later", ret="full", ret_after=181 * DAY),
    _case("refund_after_month_end", 1, "2026-05-29 10:00", "", ret="full", ret_after=5 * DAY),
    _case("return_before_refund", 1, "2026-05-12 10:00",
          "returned in May, refunded in June; both agreements list the same sales",
          ret="full", is_return_first=True, refund_gap=10 * DAY),
    _case("return_not_yet_refunded", 2, "2026-09-20 10:00", "", ret="partial", is_return_first=True,
          refund_gap=60 * DAY),
    _case("restocking_fee", 1, "2026-05-26 10:00", "kept back from a refund",
          ret="full", adjust="restocking"),
    _case("goodwill_abroad", 1, "2026-06-04 10:00", "its parcel vanishes", adjust="goodwill",
          ship="exception"),
    _case("return_shipping_fee", 1, "2026-06-09 10:00", "a fee in the return agreement",
          ret="partial", is_return_first=True, adjust="return_fee"),
]  # fmt: skip

PRICES = [
    _case("presentment_kwd duties", 1, "2026-06-23 10:00", "three decimals", dest=KW,
          has_duties=True, has_sample=True, n_lines=3),
    _case("presentment_jpy invalid_email", 1, "2026-06-25 10:00", "no decimals", "invalid_address",
          mode="guest_email", dest=JP_ABROAD, has_duties=True, order_discount="manual"),
    _case("taxed_duties additional_fee", 1, "2026-06-30 10:00", "", dest=CANADA, has_duties=True,
          has_fee=True, ret="full"),
    _case("bundle manual_discount zero_price_line", 0, "2026-07-02 10:00", "", has_bundle=True,
          n_lines=4, has_sample=True, order_discount="manual"),
    _case("gift_card tip", 0, "2026-07-07 10:00", "its parcel is lost", has_gift_card=True, tip=500,
          ship="exception"),
    _case("line_discount code_discount shipping_discount", 0, "2026-07-09 10:00", "",
          is_line_discounted=True, order_discount="code", is_ship_free=True, n_lines=5),
    _case("free_order", 2, "2026-07-16 10:00", "a hundred per cent off", order_discount="code",
          discount_percent=100, is_ship_free=True),
    _case("cash_rounding", 1, "2026-07-21 10:00", "paid in coins, to five cents", dest=CANADA,
          pay="cash", n_lines=1, fixed_unit=1234, fixed_quantity=1, ship_price=0, ship="none",
          is_local_price=False),
    _case("cash_rounding_refund", 1, "2026-07-23 10:00", "coins back", dest=CANADA, pay="cash",
          n_lines=1, fixed_unit=1234, fixed_quantity=1, ship_price=0, ship="none", ret="full",
          is_local_price=False),
]  # fmt: skip

PAYMENTS = [
    _case("sale_and_capture partial_refund", 1, "2026-07-28 10:00", "a sale and a capture on one order",
          pay="sale_and_capture", ret="partial", fixed_quantity=3),
    _case("auth_capture split_shipment", 0, "2026-08-04 10:00", "", pay="auth_capture", ship="split",
          n_lines=4),
    _case("failed_payment_retried failed_delivery", 1, "2026-08-06 10:00", "", pay="failed_retry",
          ship="exception"),
    _case("voided_authorization returned_shipment", 2, "2026-08-11 10:00", "", pay="voided_auth",
          ship="returned"),
    _case("b2b_pending", 1, "2026-09-15 10:00", "on terms, not yet paid", "company_buyer_abroad",
          is_b2b=True, pay="on_terms", pay_after=60 * DAY, dest=GB),
    _case("b2b_paid_late", 0, "2026-06-01 10:00", "", "company_buyer", is_b2b=True, pay="on_terms",
          pay_after=45 * DAY),
]  # fmt: skip

BUYERS_AND_RECORDS = [
    _case("buyer_in_three_shops", 1, "2026-08-13 10:00", "plus tag here", "three_shops"),
    _case("buyer_in_three_shops", 2, "2026-08-14 10:00", "other domain, no dots", "three_shops"),
    _case("guest_with_email", 0, "2026-08-18 10:00", "capitals", "guest", mode="guest_email"),
    _case("guest_without_email", 0, "2026-08-25 10:00", "", "walk_in", mode="guest_none"),
    _case("phone_only_buyer", 1, "2026-08-27 10:00", "", "phone_only", dest=CH),
    _case("couple_with_one_phone", 0, "2026-09-03 10:00", "", "couple_1"),
    _case("couple_with_one_phone", 0, "2026-09-08 10:00", "", "couple_2"),
    _case("role_address", 0, "2026-09-10 10:00", "", "stranger_1", mode="guest_email"),
    _case("role_address", 0, "2026-09-11 10:00", "", "stranger_2", mode="guest_email"),
    _case("second_address", 1, "2026-09-17 10:00", "no evidence links it", "second_address"),
]  # fmt: skip

CASES: list[Case] = [
    *CALENDAR,
    *EDITS,
    *CANCELLATIONS,
    *RETURNS,
    *PRICES,
    *PAYMENTS,
    *BUYERS_AND_RECORDS,
]
# The first day a case needs, and with it the rates; worlds of fewer days still hold every case.
FIRST_CASE_DATE = min(datetime.fromisoformat(case.local).date() for case in CASES)
