"""The group's merchant accounts at Adyen: which gateways they take, what they charge, when they pay out. Constants only."""

from typing import NamedTuple

import duckdb

from sandbox.world.accounts import ADYEN_GMBH, ADYEN_KK
from sandbox.world.columns import store_rows


class Merchant(NamedTuple):
    """One merchant account's contract; fees in ten-thousandths and in minor units of its currency.

    A batch closes each week at midnight of ``closing_weekday`` (ISO) in the account's zone, which its
    reports are in; its payout reaches the bank ``arrives_days`` later.
    """

    account: str
    merchant: str
    zone: str
    currency: str
    gateway: str
    method: str
    variant: str
    commission: int
    fixed_fee: int
    processing_fee: int
    dispute_fee: int
    settle_days: int
    closing_weekday: int
    arrives_days: int


COMPANY = "Nordlicht"
GMBH = Merchant(
    ADYEN_GMBH.account,
    merchant="NordlichtGmbH",
    zone=ADYEN_GMBH.zone,
    currency="EUR",
    gateway="klarna",
    method="klarna",
    variant="klarna",
    commission=299,
    fixed_fee=35,
    processing_fee=11,
    dispute_fee=1_500,
    settle_days=2,
    closing_weekday=1,
    arrives_days=2,
)
KK = Merchant(
    ADYEN_KK.account,
    merchant="NordlichtKK",
    zone=ADYEN_KK.zone,
    currency="JPY",
    gateway="konbini",
    method="econtext_seven_eleven",
    variant="econtext_seven_eleven",
    commission=250,
    fixed_fee=40,
    processing_fee=15,
    dispute_fee=1_500,
    settle_days=3,
    closing_weekday=5,
    arrives_days=3,
)
MERCHANTS = (GMBH, KK)
# Cards are billed interchange++: the scheme's and the issuer's parts beside Adyen's own markup.
CARD_MARKUP, CARD_SCHEME, CARD_INTERCHANGE = 60, 13, 30
DRIFTED_MARKUP = 85  # what cards cost from the day of the drift, though the contract says 60
DRIFT_FROM = "2026-08-17"
# German card orders are captured here too from this day: the old gateway was left switched on.
MIGRATION_FROM = "2026-07-01"


def create_merchants(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.adyen_merchants``: one row per merchant account."""
    store_rows(con, "truth.adyen_merchants", Merchant._fields, MERCHANTS)
