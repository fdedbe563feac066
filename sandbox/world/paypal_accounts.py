"""The group's PayPal account: which shops it takes, what it charges, when it pays out. Constants only.

Balances are held in EUR, USD and GBP; what comes in another currency is changed to EUR at once. Every balance is
swept to the bank on Mondays, pounds too, though the bank has no pound account.
"""

from sandbox.world import shops
from sandbox.world.accounts import PAYPAL_GMBH

ACCOUNT = PAYPAL_GMBH.account
PAYER_ACCOUNT_ID = "NRDLCHT8EUR5A"  # the account's own id, as the reports state it
SHOPS = (shops.DE, shops.WORLD)
PRIMARY = "EUR"
# A balance's currency and that of the bank account it is swept to.
SWEPT_TO = {"EUR": "EUR", "USD": "USD", "GBP": "EUR"}
# Charged in the shop's own money instead: PayPal doesn't know it.
UNKNOWN_CURRENCIES = ("KWD",)
# Fees in ten-thousandths, and by currency in minor units of it.
LOCAL_RATE, ABROAD_RATE, DRIFTED_RATE = 249, 449, 479
DRIFT_FROM = "2026-08-03"  # from then on payments from abroad cost more than the contract says
FIXED_FEES = {"EUR": 35, "USD": 49, "GBP": 30, "CHF": 55, "CAD": 59, "JPY": 40}
LOCAL_COUNTRIES = ("DE", "AT")
CHARGEBACK_FEE = 1_600  # minor units of EUR or USD; of other currencies as many
SWEEP_WEEKDAY, SWEEP_HOUR = 1, 2  # ISO, UTC
ARRIVES_DAYS, RETURNED_DAYS = 1, 3
LAG_HOURS = 3  # until the API shows a transaction
