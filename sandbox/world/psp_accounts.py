"""The group's PSP accounts: which shops they take, what they charge, and when they pay out. Constants only."""

from typing import NamedTuple

import duckdb

from sandbox.world import shops
from sandbox.world.accounts import PAYMENTS_GMBH, PAYMENTS_KK
from sandbox.world.columns import store_rows


class Terms(NamedTuple):
    """One account's contract with the PSP; fees in thousandths and in minor units of its currency."""

    account: str
    currency: str
    bank_country: str
    local_permille: int
    abroad_permille: int
    fixed_fee: int
    debit_fee: int
    vat_percent: int
    dispute_fee: int
    is_dispute_fee_returned: bool
    settling_days: int
    payout_weekday: int | None
    cut_hour: int


# ``cut_hour`` is UTC; a payout holds what is available by then on its day (every Monday to Friday, or
# on one weekday, counted from Monday 0).
GMBH = Terms(
    PAYMENTS_GMBH.account,
    currency="eur",
    bank_country="DE",
    local_permille=15,
    abroad_permille=29,
    fixed_fee=25,
    debit_fee=35,
    vat_percent=19,
    dispute_fee=2000,
    is_dispute_fee_returned=False,
    settling_days=3,
    payout_weekday=None,
    cut_hour=4,
)
KK = Terms(
    PAYMENTS_KK.account,
    currency="jpy",
    bank_country="JP",
    local_permille=36,
    abroad_permille=36,
    fixed_fee=0,
    debit_fee=0,
    vat_percent=0,
    dispute_fee=1500,
    is_dispute_fee_returned=True,
    settling_days=4,
    payout_weekday=4,
    cut_hour=1,
)
TERMS = (GMBH, KK)
SHOPS_OF = {GMBH.account: (shops.DE, shops.WORLD), KK.account: (shops.JP,)}
# Countries of a sold-to address whose cards cost the local rate at a European account.
EEA = ("DE", "AT")


def create_accounts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_accounts``: the terms, one row per account; ``truth.psp_shops``: one row per shop."""
    store_rows(con, "truth.psp_accounts", Terms._fields, TERMS)
    store_rows(
        con,
        "truth.psp_shops",
        ["shop", "psp", "domain"],
        [
            (shop, account, f"{shops.SHOPS[shop].account}.myshopify.com")
            for account, taken in SHOPS_OF.items()
            for shop in taken
        ],
    )
