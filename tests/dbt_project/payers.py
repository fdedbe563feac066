"""The cases of payments by name: who paid what, and what became of it.

Each case touches nothing else, so a test can name the one it is about. ``payers`` gives back the ids by
case. Minor units; amounts are chosen to be worked out in the head.
"""

from datetime import timedelta

from ingestion.sources import stripe
from tests.dbt_project.raw_tables import PROJECT
from tests.dbt_project.tiny_payments import JULY_1, Psp
from tests.dbt_project.tiny_world import KILLED_LOAD, RECEIVED, World, at

Ids = dict[str, str]
DE, WORLD, JP = "nordlicht-de", "nordlicht-world", "nordlicht-jp"
LATER = RECEIVED + timedelta(minutes=5)


def payers(world: World) -> Ids:
    gmbh, kk = Psp(world), Psp(world, "payments-kk")
    ids: Ids = {}
    for case in (
        pia_gets_part_back_twice,
        quins_refund_bounces,
        rosa_pays_dinars,
        tess_and_uma_are_not_charged,
        vic_leaves_no_name,
        walt_is_named_by_his_intent,
        wes_tests,
        xia_disputes_twice,
        xeni_has_ids_that_look_like_numbers,
        yan_asks,
        zoe_disputes_what_she_got_back,
        ada_is_read_twice,
        payouts_of_july,
    ):
        case(gmbh, ids)
    sato_pays_yen(kk, ids)
    return ids


def pia_gets_part_back_twice(psp: Psp, ids: Ids) -> None:
    """EUR 100, fee 1.75 and 0.33 of tax on it; 30 and 20 go back, no fee with them."""
    ids["pia"] = psp.charge(10000, (DE, "501"), fee=175, tax=33, amount_refunded=5000)
    psp.refund(ids["pia"], 3000)
    psp.refund(ids["pia"], 2000)
    # Another shop's order of the same number.
    ids["pia's namesake"] = psp.charge(700, (WORLD, "501"))


def quins_refund_bounces(psp: Psp, ids: Ids) -> None:
    ids["quin"] = psp.charge(4000, (DE, "502"))
    psp.refund(ids["quin"], 4000, fails=True)


def rosa_pays_dinars(psp: Psp, ids: Ids) -> None:
    """5.120 dinars in thousandths; the balance gets euros."""
    ids["rosa"] = psp.charge(5120, (WORLD, "503"), currency="kwd", settled=1500, fee=68, tax=13)
    psp.refund(ids["rosa"], 2560, currency="kwd", settled=760)


def sato_pays_yen(psp: Psp, ids: Ids) -> None:
    """16:00 UTC is the next day in Tokyo."""
    moment = at("2026-07-01 16:00")
    ids["sato"] = psp.charge(1980, (JP, "501"), moment=moment, fee=71)


def tess_and_uma_are_not_charged(psp: Psp, ids: Ids) -> None:
    """Tess's authorisation waits; Uma's was let go, with a refund that moved nothing; Ugo's card said no."""
    ids["tess"] = psp.charge(9000, (DE, "504"), captured=False)
    ids["uma"] = psp.charge(
        8000,
        (DE, "505"),
        captured=False,
        refunded=True,
        amount_refunded=8000,
        payment_intent="pi_uma",
    )
    psp.add(
        "payment_intents",
        RECEIVED,
        id="pi_uma",
        amount=8000,
        amount_received=0,
        currency="eur",
        status="canceled",
        created=JULY_1,
        canceled_at=JULY_1 + timedelta(days=7),
    )
    psp.add("refunds", RECEIVED, id="re_uma", charge=ids["uma"], amount=8000, currency="eur")
    ids["ugo"] = psp.charge(6000, (DE, "506"), status="failed", captured=False, paid=False)


def vic_leaves_no_name(psp: Psp, ids: Ids) -> None:
    ids["vic"] = psp.charge(1100)
    ids["vic's foreign shop"] = psp.charge(1200, ("other-shop", "507"))


def walt_is_named_by_his_intent(psp: Psp, ids: Ids) -> None:
    ids["walt"] = psp.charge(1300, payment_intent="pi_walt")
    psp.add(
        "payment_intents",
        RECEIVED,
        id="pi_walt",
        amount=1300,
        amount_received=1300,
        currency="eur",
        status="succeeded",
        created=JULY_1,
        metadata__shop=f"{DE}.myshopify.com",
        metadata__order_id="508",
    )


def wes_tests(psp: Psp, ids: Ids) -> None:
    ids["wes"] = psp.charge(99900, (DE, "509"), livemode=False, fee=99)
    psp.refund(ids["wes"], 99900)
    psp.dispute(ids["wes"], 99900, "lost", (("dispute", -99900, 2000),))


def xia_disputes_twice(psp: Psp, ids: Ids) -> None:
    """USD 100 settled as EUR 90: 60 dollars won back, 40 lost."""
    xia = psp.world.customer(DE, "xia@example.org")
    psp.world.assign(DE, xia, "ck_xia")
    order = psp.world.order(DE, "#xia", JULY_1, customer=xia)
    ids["xia"] = psp.charge(10000, (DE, order.id), currency="usd", settled=9000)
    won = (("dispute", -5400, 2000), ("dispute_reversal", 5400, 0))
    ids["xia's first"] = psp.dispute(ids["xia"], 6000, "won", won, currency="usd")
    lost = (("dispute", -3600, 2000),)
    ids["xia's second"] = psp.dispute(ids["xia"], 4000, "lost", lost, currency="usd")


def xeni_has_ids_that_look_like_numbers(psp: Psp, ids: Ids) -> None:
    """Read as numbers, the first would be 100000 and the second lose its last digit."""
    ids["xeni"] = psp.charge(900, (DE, "9007199254740993"), id="1E5")
    ids["xeni's older"] = psp.charge(800, (DE, "0516"), id="100000")


def yan_asks(psp: Psp, ids: Ids) -> None:
    ids["yan"] = psp.charge(2500, (DE, "510"))
    ids["yan's"] = psp.dispute(ids["yan"], 2500, "warning_closed")


def zoe_disputes_what_she_got_back(psp: Psp, ids: Ids) -> None:
    """EUR 50 disputed and lost; 30 had gone back before. The state before is read again, and loses."""
    ids["zoe"] = psp.charge(5000, (DE, "511"), amount_refunded=3000)
    psp.refund(ids["zoe"], 3000)
    moves = (("dispute", -5000, 2000),)
    ids["zoe's"] = psp.dispute(ids["zoe"], 5000, "lost", moves)
    psp.dispute(
        ids["zoe"],
        5000,
        "needs_response",
        version=RECEIVED - timedelta(days=3),
        id=ids["zoe's"],
    )


def ada_is_read_twice(psp: Psp, ids: Ids) -> None:
    """An event of what she was arrives after the list; a killed load says she is somebody else's."""
    ids["ada"] = psp.charge(3300, (DE, "512"), disputed=True)
    row = {"amount": 3300, "amount_captured": 3300, "amount_refunded": 0, "currency": "eur"}
    row |= {"id": ids["ada"], "status": "succeeded", "captured": True, "livemode": True}
    psp.add("charges", JULY_1, received=LATER, **row, disputed=False)
    later = RECEIVED + timedelta(days=1)
    psp.add("charges", later, load_id=KILLED_LOAD, **row | {"amount": 1, "disputed": False})


def payouts_of_july(psp: Psp, ids: Ids) -> None:
    """One that ties, one with a hidden fee, a negative one, one that fails and is paid again, one by hand."""
    taken = psp.entry("charge", 10000, fee=200, source=psp.charge(0, captured=False))
    ids["ties"] = psp.payout(9800, (taken,))
    hidden = psp.entry("topup", 5000)
    ids["hides"] = psp.payout(4851, (hidden,))
    owed = psp.entry("fee", -300)
    ids["negative"] = psp.payout(-300, (owed,))
    failing = psp.entry("topup", 2000)
    ids["fails"] = psp.payout(2000, (failing,), status="failed", failure_code="account_closed")
    back = psp.entry("payout_failure", 2000, source=ids["fails"])
    more = psp.entry("topup", 100)
    ids["again"] = psp.payout(2100, (back, more))
    ids["by hand"] = psp.payout(1000, automatic=False)
    # A list that a killed load had begun, and an entry listed again by the payout that has it now.
    psp.lists(ids["by hand"], more, version=RECEIVED + timedelta(days=1), load_id=KILLED_LOAD)
    psp.lists(ids["ties"], more, version=RECEIVED - timedelta(days=1))


def every_currency(world: World) -> dict[str, int]:
    """A charge of 12,340 minor units in each currency of Stripe's; gives back the exponent landing knows."""
    psp = Psp(world)
    seed = (PROJECT / "seeds" / "currencies.csv").read_text().splitlines()[1:]
    codes = [line.partition(",")[0] for line in seed]
    # ISO's three-decimal and fund currencies that Stripe doesn't take (docs.stripe.com/currencies).
    taken = [c for c in codes if c not in ("IQD", "LYD", "CLF", "UYI", "UYW")]
    for code in taken:
        psp.charge(12340, currency=code.lower(), id=f"ch_{code}", captured=False)
    return {code: stripe.exponent(code) or 0 for code in taken}
