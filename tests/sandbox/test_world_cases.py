"""Each named case is what its name says, looked up in what the vendor would show."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sandbox.world import World
from tests.sandbox.worlds import SMALLEST, answered, look

Order = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return answered(look(*SMALLEST), tmp_path_factory.mktemp("answers"))


@pytest.fixture(scope="module")
def orders(world: World) -> Callable[[str], list[Order]]:
    def of(case: str) -> list[Order]:
        found = world.con.execute(
            """select o.* from shopify."Order" as o join truth.special_cases as c
               on c.account = o._shop and 'gid://shopify/Order/' || c.object_id = o."id"
               where c."case" = ? order by o._seq""",
            [case],
        )
        names = [d[0] for d in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return of


def agreements(world: World, order: Order) -> list[tuple]:
    return world.con.execute(
        """select a."__typename", a."happenedAt", list((s."id", s."__typename", s."actionType", s.quantity,
                cast(s."totalAmount"."shopMoney".amount as decimal(18, 4))) order by s._seq)
        from shopify."SalesAgreement" as a
        left join shopify."Sale" as s on s._shop = a._shop and s._parent = a."id"
        where a._shop = ? and a._parent = ? group by all order by 2, 1""",
        [order["_shop"], order["id"]],
    ).fetchall()


def kinds(order: Order) -> list[tuple[str, str]]:
    return [(t["kind"], t["status"]) for t in order["transactions"]]


@pytest.mark.parametrize("shop", ["de", "world", "jp"])
def test_at_a_day_boundary_utc_and_local_date_differ(world: World, orders, shop: str):
    (order,) = orders(f"local_day_boundary_{shop}")
    zone = {s.account: s.zone for s in world.shops}[order["_shop"]]
    local, utc = world.con.execute(
        "select cast(timezone(?, timezone('UTC', cast(? as timestamp))) as date), cast(? as timestamp)::date",
        [zone, order["processedAt"].rstrip("Z"), order["processedAt"].rstrip("Z")],
    ).fetchall()[0]
    assert local != utc
    assert local.month != utc.month


def test_the_dst_orders_stand_where_the_clocks_changed(orders):
    assert orders("dst_change_de")[0]["processedAt"] == "2026-03-29T01:05:00Z"
    assert orders("dst_change_world")[0]["processedAt"] == "2025-11-02T06:30:00Z"


def test_on_a_sunday_there_is_no_fixing(world: World, orders):
    (order,) = orders("sunday_without_fixing")
    day = order["processedAt"][:10]
    assert world.con.execute(
        f"select count(*) from rates.ecb where \"date\" = '{day}'"
    ).fetchall() == [(0,)]


def test_edits_fall_on_a_later_day(world: World, orders):
    (order,) = orders("edited_line_added")
    assert order["edited"]
    placed, edit = agreements(world, order)
    assert edit[0] == "OrderEditAgreement"
    assert edit[1][:7] > placed[1][:7]
    (order,) = orders("edited_line_removed")
    assert agreements(world, order)[1][2][0][2:4][0] == "RETURN"
    (order,) = orders("edited_discount_given")
    assert agreements(world, order)[1][2][0][2] == "UPDATE"
    (order,) = orders("edited_adjustment")
    assert agreements(world, order)[1][2][0][1] == "AdjustmentSale"


def test_nested_lists_outgrow_a_page(world: World, orders):
    assert len(agreements(world, orders("many_agreements")[0])) == 121
    assert len(agreements(world, orders("many_lines")[0])[0][2]) > 300


def test_cancelled_and_voided_orders(world: World, orders):
    for case, status, reversing in (
        ("cancelled_before_capture", "VOIDED", 1),
        ("cancelled_after_capture", "REFUNDED", 1),
        ("cancelled_without_reversal", "VOIDED", 0),
        ("cancelled_money_kept", "PAID", 0),
        ("voided", "VOIDED", 1),
        ("voided_without_reversal", "VOIDED", 0),
    ):
        (order,) = orders(case)
        assert order["displayFinancialStatus"] == status, case
        assert (order["cancelledAt"] is None) == case.startswith("voided"), case
        assert len(agreements(world, order)) == 1 + reversing, case
        if status == "VOIDED":
            assert kinds(order) == [("AUTHORIZATION", "SUCCESS"), ("VOID", "SUCCESS")], case
    assert orders("test_order")[0]["test"]


def test_a_return_and_its_refund_list_the_same_sales(world: World, orders):
    (order,) = orders("return_before_refund")
    _, returned, refunded = agreements(world, order)
    assert (returned[0], refunded[0]) == ("ReturnAgreement", "RefundAgreement")
    assert returned[1][:7] < refunded[1][:7]
    assert {s[0] for s in returned[2]} < {s[0] for s in refunded[2]}
    (order,) = orders("return_not_yet_refunded")
    assert [a[0] for a in agreements(world, order)][1:] == ["ReturnAgreement"]
    assert order["displayFinancialStatus"] == "PAID"


def test_refunds_partial_full_repeated_and_late(orders):
    assert orders("partial_refund")[0]["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert orders("full_refund")[0]["displayFinancialStatus"] == "REFUNDED"
    assert len(orders("repeated_refund")[0]["refunds"]) == 3
    (order,) = orders("late_refund")
    assert order["refunds"][0]["createdAt"][:7] > "2026-05"
    assert order["processedAt"][:7] == "2025-12"
    (order,) = orders("refund_after_month_end")
    assert order["refunds"][0]["createdAt"][:7] == "2026-06"


def test_adjustments_and_fees_stand_in_their_agreements(world: World, orders):
    for case, kind, sign in (
        ("restocking_fee", "AdjustmentSale", 1),
        ("goodwill", "AdjustmentSale", -1),
    ):
        last = agreements(world, orders(case)[0])[-1]
        assert last[0] == "RefundAgreement"
        assert [s[4] * sign > 0 for s in last[2] if s[1] == kind] == [True], case
    returned = agreements(world, orders("return_shipping_fee")[0])[1]
    assert returned[0] == "ReturnAgreement"
    assert "FeeSale" in [s[1] for s in returned[2]]


def test_a_returned_shipping_sale_names_no_shipping_line(world: World):
    """As the vendor documents it."""
    found = world.con.execute(
        """select "actionType", count("shippingLine".id), count(*) from shopify."Sale"
        where "lineType" = 'SHIPPING' group by 1 order by 1"""
    ).fetchall()
    assert [(action, named > 0) for action, named, _ in found] == [
        ("ORDER", True),
        ("RETURN", False),
    ]


def test_payments_of_every_kind(orders):
    ok = "SUCCESS"
    assert kinds(orders("sale_and_capture")[0])[:3] == [
        ("SALE", ok),
        ("AUTHORIZATION", ok),
        ("CAPTURE", ok),
    ]
    (order,) = orders("failed_payment_retried")
    assert kinds(order) == [("SALE", "FAILURE"), ("SALE", ok)]
    assert order["transactions"][0]["errorCode"] == "CARD_DECLINED"
    (order,) = orders("voided_authorization")
    assert kinds(order) == [("AUTHORIZATION", ok), ("VOID", ok), ("SALE", ok)]
    assert order["transactions"][1]["parentTransaction"]["id"] == order["transactions"][0]["id"]
    (order,) = orders("b2b_pending")
    assert (order["displayFinancialStatus"], order["transactions"]) == ("PENDING", [])
    assert order["purchasingEntity"]["__typename"] == "PurchasingCompany"
    assert orders("b2b_paid_late")[0]["displayFinancialStatus"] == "PAID"


def test_parcels_split_lost_and_returned(orders):
    assert len(orders("split_shipment")[0]["fulfillments"]) == 2
    assert orders("failed_delivery")[0]["fulfillments"][0]["displayStatus"] == "ATTEMPTED_DELIVERY"
    assert orders("returned_shipment")[0]["fulfillments"][0]["displayStatus"] == "NOT_DELIVERED"


def test_prices_duties_coins_and_free_orders(world: World, orders):
    (order,) = orders("presentment_kwd")
    assert order["presentmentCurrencyCode"] == "KWD"
    (order,) = orders("taxed_duties")
    duties = world.con.execute(
        """select cast(s."totalTaxAmount"."shopMoney".amount as decimal(18, 4)) from shopify."Sale" as s
        join shopify."SalesAgreement" as a on a._shop = s._shop and a."id" = s._parent
        where a._shop = ? and a._parent = ? and s."lineType" = 'DUTY' and s."actionType" = 'ORDER'""",
        [order["_shop"], order["id"]],
    ).fetchall()
    assert duties
    assert all(tax > 0 for (tax,) in duties)
    (order,) = orders("cash_rounding")
    assert order["totalCashRoundingAdjustment"]["paymentSet"]["shopMoney"]["amount"] == "0.01"
    (order,) = orders("cash_rounding_refund")
    assert order["totalCashRoundingAdjustment"]["refundSet"]["shopMoney"]["amount"] == "-0.01"
    assert Decimal(order["totalOutstandingSet"]["shopMoney"]["amount"]) == 0
    (order,) = orders("free_order")
    assert Decimal(order["totalPriceSet"]["shopMoney"]["amount"]) == 0
    assert (order["displayFinancialStatus"], order["transactions"]) == ("PAID", [])


def test_bundles_gift_cards_and_discounts_stand_on_their_lines(world: World, orders):
    def lines(case: str) -> list[dict]:
        (order,) = orders(case)
        found = world.con.execute(
            'select * from shopify."LineItem" where _shop = ? and _parent = ? order by _seq',
            [order["_shop"], order["id"]],
        )
        names = [d[0] for d in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    assert [line["lineItemGroup"] is not None for line in lines("bundle")] == [
        True,
        True,
        False,
        False,
    ]
    assert lines("zero_price_line")[3]["originalUnitPriceSet"]["shopMoney"]["amount"] == "0.0"
    assert [line["isGiftCard"] for line in lines("gift_card")][:2] == [False, True]
    assert [line["title"] for line in lines("tip")][-1] == "Tip"
    first = lines("line_discount")[0]["discountAllocations"]
    assert [a["discountApplication"]["__typename"] for a in first] == [
        "AutomaticDiscountApplication",
        "DiscountCodeApplication",
    ]
    assert first[1]["discountApplication"]["code"] == "WELCOME10"


def test_buyers_show_up_as_their_cases_say(world: World, orders):
    guests = orders("guest_with_email")
    assert [order["customer"] is None for order in guests] == [True, False]
    assert guests[0]["email"].split("@")[0].isupper()
    assert guests[0]["email"].lower() == guests[1]["email"]
    (order,) = orders("guest_without_email")
    assert (order["customer"], order["email"], order["phone"]) == (None, None, None)
    (order,) = orders("phone_only_buyer")
    assert order["email"] is None
    assert order["phone"]
    one, other = orders("couple_with_one_phone")
    assert one["phone"] == other["phone"]
    assert one["email"] != other["email"]
    assert len({order["email"] for order in orders("role_address")}) == 1
    assert orders("invalid_email")[0]["email"].endswith("@")


def test_an_imported_order_was_processed_before_it_was_created(orders):
    (order,) = orders("imported_order")
    assert order["processedAt"][:7] < order["createdAt"][:7]
