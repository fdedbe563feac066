"""What treasury keeps beside daily rates: contracted fees, gateway migrations, monthly rates of its own.

All are files of versions. Fees are what the contracts say, whatever a PSP takes: the tables of
``psp_accounts``, ``shop_payments``, ``adyen_accounts`` and ``paypal_accounts`` in treasury's words.
"""

from collections.abc import Iterator
from datetime import datetime

import duckdb

from sandbox.world import adyen_accounts, paypal_accounts, psp_accounts, shop_payments, shops
from sandbox.world.shops import EXPONENTS
from sandbox.world.treasury_rates import TREASURER, create_monthly_rates

AGREED, FIRST_DAY = "2025-01-02T09:00:00Z", "2025-01-01"
HOME, ABROAD = ("domestic", "eea"), ("international",)


def create_treasury_files(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``rates.contracted_fees``, ``rates.gateway_migrations``; monthly rates into ``rates.treasury``."""
    fees = [
        (f"fee-{number:03}", *fee[:5], *fee[5:7], FIRST_DAY, None, 1, TREASURER, AGREED, fee[7])
        for number, fee in enumerate(_fees(), start=1)
    ]
    con.executemany(
        f"insert into rates.contracted_fees values ({', '.join('?' * len(fees[0]))})", fees
    )
    con.execute(
        """insert into rates.gateway_migrations
        select * from (values ('mig-001', ?, 'card', 'stripe', 'adyen', 'stripe', 'adyen', ?, '2026-12-31',
            'payments-team', 'critical', 'cards move to Adyen; Stripe is switched off when it is done', 1,
            '2026-06-15T09:00:00Z')) where ? >= timestamp '2026-06-15 09:00'""",
        [
            shops.SHOPS[shops.DE].account,
            adyen_accounts.MIGRATION_FROM,
            clock.replace(tzinfo=None),
        ],
    )
    create_monthly_rates(con, clock)


def _fees() -> Iterator[tuple[str, str, str, str, str, str, str, str]]:
    """(system, account, method, region, currency, rate, fixed, basis); ``markup``: without what is passed on."""
    for terms in psp_accounts.TERMS:
        currency = terms.currency.upper()
        fixed = _money(terms.fixed_fee, currency)
        same = terms.local_permille == terms.abroad_permille
        for regions, rate in (
            (("any",) if same else HOME, terms.local_permille),
            (() if same else ABROAD, terms.abroad_permille),
        ):
            for region in regions:
                yield (
                    "stripe",
                    terms.account,
                    "card",
                    region,
                    currency,
                    f"{rate / 1000:.4f}",
                    fixed,
                    "blended",
                )
        if terms.debit_fee:
            debit = _money(terms.debit_fee, currency)
            yield "stripe", terms.account, "sepa_debit", "any", currency, "0.0000", debit, "blended"
    for terms in shop_payments.TERMS:
        shop = shops.SHOPS[terms.shop]
        fixed = _money(terms.fixed_fee, shop.currency)
        home = HOME if "AT" in terms.home else ("domestic",)
        abroad = ABROAD if "AT" in terms.home else ("eea", "international")
        for regions, points in ((home, terms.home_points), (abroad, terms.abroad_points)):
            for region in regions:
                yield (
                    "shopify",
                    shop.account,
                    "card",
                    region,
                    shop.currency,
                    f"{points / 10_000:.4f}",
                    fixed,
                    "blended",
                )
    for merchant in adyen_accounts.MERCHANTS:
        fixed = _money(merchant.fixed_fee, merchant.currency)
        rate = f"{merchant.commission / 10_000:.4f}"
        yield (
            "adyen",
            merchant.account,
            merchant.gateway,
            "any",
            merchant.currency,
            rate,
            fixed,
            "blended",
        )
    card, gmbh = f"{adyen_accounts.CARD_MARKUP / 10_000:.4f}", adyen_accounts.GMBH
    yield "adyen", gmbh.account, "card", "any", gmbh.currency, card, "0.00", "markup"
    for currency, minor in paypal_accounts.FIXED_FEES.items():
        for regions, points in (
            (HOME, paypal_accounts.LOCAL_RATE),
            (ABROAD, paypal_accounts.ABROAD_RATE),
        ):
            for region in regions:
                yield (
                    "paypal",
                    paypal_accounts.ACCOUNT,
                    "paypal",
                    region,
                    currency,
                    f"{points / 10_000:.4f}",
                    _money(minor, currency),
                    "blended",
                )


def _money(minor: int, currency: str) -> str:
    exponent = EXPONENTS[currency]
    return f"{minor / 10**exponent:.{exponent}f}"
