"""The tiny world's cases by name: who bought what, and what happened to it.

Each case is one order (or rate, or record) and touches nothing else, so a test can name the case it
is about. Amounts are chosen to be worked out in the head.
"""

from datetime import date, timedelta
from decimal import Decimal

from tests.dbt_project import consents, stewards
from tests.dbt_project.tiny_crm import Crm
from tests.dbt_project.tiny_world import KILLED_LOAD, RECEIVED, World, at, gid, log

JULY_1 = at("2026-07-01 10:00")
EARLIER = RECEIVED - timedelta(days=1)


def tiny() -> World:
    world = World()
    rates(world)
    anna_returns_half_at_another_rate(world)
    ben = ben_edits_and_is_refunded_late(world)
    clara_pays_yen(world)
    dora_is_voided(world)
    emil_tests(world)
    fay_buys_with_tax_inside(world)
    gus_buys_without_a_rate(world)
    hana_is_read_twice(world)
    ida_meets_a_killed_load(world)
    jon_buys_a_riddle(world)
    kim_and_kai_share_ids(world)
    lea_owes(world)
    maya_only_returns(world)
    nina_gets_shipping_back(world)
    olgas_package_is_loaded_twice(world)
    a_price_is_refused_every_night(world)
    crm = Crm(world)
    consents.said(world, crm)
    stewards.ben_is_there_twice(world, crm, ben)
    stewards.quin_never_bought(world, crm)
    stewards.the_crm_writes_on(world, crm)
    consents.hash_addresses(world)
    return world


def rates(world: World) -> None:
    """Weekdays around July; USD changes on 6 July, JPY is steady, treasury overrides 8 July."""
    for day in range(1, 11):
        moment = date(2026, 7, day)
        if moment.weekday() < 5:
            world.ecb(moment, "USD", "1.25" if day < 6 else "1.6")
            world.ecb(moment, "JPY", "160")
    world.treasury(date(2026, 7, 8), ("USD", "EUR"), "0.7")
    world.treasury(date(2026, 7, 8), ("USD", "EUR"), "0.75", version=2)
    corrected = date(2026, 7, 1)
    world.ecb(corrected, "CHF", "0.9", received=EARLIER)
    world.ecb(corrected, "CHF", "0.8", received=RECEIVED)


def anna_returns_half_at_another_rate(world: World) -> None:
    """USD 200 at 0.8 on 1 July, half back on 7 July when a dollar is 0.625 euros."""
    anna = world.customer("nordlicht-world", "anna@example.org", first_name="Anna")
    world.assign("nordlicht-world", anna, "ck_anna")
    order = world.order("nordlicht-world", "#anna", JULY_1, customer=anna)
    line = order.line()
    order.sale("200", line=line)
    order.paid("AUTHORIZATION", JULY_1)
    order.paid("CAPTURE", JULY_1)
    returned = order.agreement("ReturnAgreement", at("2026-07-07 10:00"))
    refunded = order.agreement("RefundAgreement", at("2026-07-09 10:00"))
    sale = order.sale("-100", action="RETURN", line=line, agreement=returned)
    order.sale("-100", action="RETURN", line=line, agreement=refunded, id=sale)


def ben_edits_and_is_refunded_late(world: World) -> str:
    """Placed 1 July, a line added on 3 July, goodwill on 2 October."""
    ben = world.customer(
        "nordlicht-de", "ben@example.org", default_phone_number__phone_number="+49 160 5550001"
    )
    world.assign("nordlicht-de", ben, "ck_ben")
    order = world.order("nordlicht-de", "#ben", JULY_1, customer=ben)
    order.sale("100", line=order.line())
    edit = order.agreement("OrderEditAgreement", at("2026-07-03 10:00"))
    order.sale("20", line=order.line(), agreement=edit)
    late = order.agreement("RefundAgreement", at("2026-10-01 22:30"))
    order.sale("-5", kind="ADJUSTMENT", agreement=late)
    return ben


def clara_pays_yen(world: World) -> None:
    """A guest in Tokyo; 16:00 UTC is the next day there."""
    order = world.order("nordlicht-jp", "#clara", at("2026-07-01 16:00"), email="Clara@Example.org")
    order.sale("1980", "180", line=order.line())
    world.assign("nordlicht-jp", f"order:{order.id}", "ck_clara", "email")


def dora_is_voided(world: World) -> None:
    """Discounted, shipped nothing, voided; the vendor wrote no reversal."""
    order = world.order("nordlicht-de", "#dora", JULY_1, display_financial_status="VOIDED")
    order.sale("107.1", "17.1", "10", line=order.line())
    order.sale("5.95", "0.95", kind="SHIPPING", shipping_line__id=gid("ShippingLine", "1"))
    order.paid("AUTHORIZATION", JULY_1)
    order.paid("VOID", at("2026-07-04 10:00"))


def emil_tests(world: World) -> None:
    order = world.order("nordlicht-de", "#emil", JULY_1, test=True)
    order.sale("999", line=order.line())


def fay_buys_with_tax_inside(world: World) -> None:
    """Prices with 19 % inside: 119 list, 11.90 off, tip, gift card, coins rounded."""
    order = world.order("nordlicht-de", "#fay", JULY_1, taxes_included=True, rounding="0.02")
    order.sale("107.1", "17.1", "10", line=order.line())
    order.sale("3", kind="TIP", line=order.line("tip"))
    order.sale("50", kind="GIFT_CARD", line=order.line("card"))
    order.sale("4.76", "0.76", kind="SHIPPING", shipping_line__id=gid("ShippingLine", "2"))
    order.ship(at("2026-07-02 10:00"), numbers=("T1", "T2"), display_status="DELIVERED")
    order.ship(at("2026-07-03 10:00"), display_status="DELAYED")


def gus_buys_without_a_rate(world: World) -> None:
    """The last dollar rate is of 10 July; 17 July is its seventh day, 18 July has none."""
    for name, day in (("#gus in time", 17), ("#gus too late", 18)):
        order = world.order("nordlicht-world", name, at(f"2026-07-{day} 12:00"))
        order.sale("10", line=order.line())


def hana_is_read_twice(world: World) -> None:
    """The newer version lost a line; the older one arrives again, and so does the newer."""
    common = {"id": "777"}
    for version, received, amounts in (
        (JULY_1, EARLIER, ("30", "40")),
        (JULY_1 + timedelta(hours=1), RECEIVED, ("30",)),
        (JULY_1, RECEIVED, ("30", "40")),
        (JULY_1 + timedelta(hours=1), RECEIVED + timedelta(minutes=5), ("30",)),
    ):
        order = world.order(
            "nordlicht-de",
            "#hana",
            JULY_1,
            version_at=version,
            received_at=received,
            **common,
        )
        for number, amount in enumerate(amounts):
            order.sale(amount, line=order.line(), id=7000 + number)


def ida_meets_a_killed_load(world: World) -> None:
    order = world.order("nordlicht-de", "#ida", JULY_1, id="888")
    order.sale("60", line=order.line())
    killed = world.order(
        "nordlicht-de",
        "#ida",
        JULY_1,
        id="888",
        version_at=JULY_1 + timedelta(days=1),
        load_id=KILLED_LOAD,
    )
    killed.sale("6000", line=killed.line())


def jon_buys_a_riddle(world: World) -> None:
    order = world.order("nordlicht-de", "#jon", JULY_1)
    order.sale("7", kind="UNKNOWN")


def kim_and_kai_share_ids(world: World) -> None:
    """Two shops, the same order, line and sale ids."""
    for account, name, amount in (("nordlicht-de", "#kim", "11"), ("nordlicht-jp", "#kai", "1600")):
        order = world.order(account, name, JULY_1, id="999")
        order.child("line_items", id=gid("LineItem", "5"), sku="hat", quantity=1)
        order.sale(amount, line="5", id="5")


def lea_owes(world: World) -> None:
    lea = world.customer("nordlicht-world", "lea@example.org")
    world.assign("nordlicht-world", lea, "ck_lea")
    order = world.order(
        "nordlicht-world",
        "#lea",
        JULY_1,
        customer=lea,
        outstanding="40",
        display_financial_status="PENDING",
    )
    order.sale("40", line=order.line())


def maya_only_returns(world: World) -> None:
    """A return without a sale before: nobody's first order."""
    maya = world.customer("nordlicht-de", "maya@example.org")
    world.assign("nordlicht-de", maya, "ck_maya")
    order = world.order("nordlicht-de", "#maya", JULY_1, customer=maya)
    order.sale("-15", action="RETURN", line=order.line())


def nina_gets_shipping_back(world: World) -> None:
    """Shopify names no shipping line in a return; the rate is the sale's all the same."""
    order = world.order("nordlicht-world", "#nina", JULY_1)
    order.sale("10", kind="SHIPPING", shipping_line__id=gid("ShippingLine", "3"))
    back = order.agreement("RefundAgreement", at("2026-07-07 10:00"))
    order.sale("-10", kind="SHIPPING", action="RETURN", agreement=back)


def olgas_package_is_loaded_twice(world: World) -> None:
    """dlt was killed between writing a table and noting it, and wrote the table again."""
    before = {table: len(rows) for table, rows in world.rows.items()}
    order = world.order("nordlicht-de", "#olga", JULY_1)
    order.sale("8", line=order.line())
    for table, rows in world.rows.items():
        rows.extend(rows[before.get(table, 0) :])


def a_price_is_refused_every_night(world: World) -> None:
    """The overlap reads it again; it is one refusal, first seen the night before."""
    for received in (EARLIER, RECEIVED):
        world.add(
            "raw_shopify",
            "dead_letters",
            stream="orders",
            source_id="4711",
            reason="sales.totalAmount: '1.00005' is no amount of 4 places",
            owner="shop-team",
            amount=Decimal("1.00"),
            currency="EUR",
            payload_ref="md5:1",
            first_seen_at=received,
            **log("nordlicht-de", JULY_1, received),
        )
