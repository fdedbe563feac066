"""Stripe's API, version 2026-07-29.dahlia -> ``raw_stripe``.

Grain:    one row per version of an object, keyed (account, id). ``dispute_balance_transactions`` and
          ``fee_details`` are one row per version of the object they stand in; ``payout_entries`` one
          per time a balance transaction was listed as part of a payout.
Cursor:   ``created`` of the newest object per list, re-read an hour back; what changed later comes
          from ``events`` since the last load. Stripe keeps these for 30 days: after 29 without a load
          every list is read whole again. ``<list>.open``: ids of disputes, refunds and payouts that
          can still change; what nothing showed of them is asked for by id, once a day.
Gotchas:  no object has an updated time. A list's row is versioned by Stripe's clock when it was asked,
          an event's by the event's own time (ADR 9). Lists have no totals: pages overlap by a row,
          and every balance transaction's source must be there. A balance transaction has no events:
          its ``status`` stays 'pending' until its payout lists it; ``available_on`` says when it ended.
          A customer deleted while no load ran for 30 days stays until a sweep. Amounts are minor units; event data keeps the shape
          that was the account's own version when it happened.
Source:   docs.stripe.com/api (pagination, events, balance transactions), /payouts/reconciliation,
          /currencies, /keys/restricted-api-keys.
"""

from collections.abc import Iterator

import pyarrow as pa

from ingestion import stripe_load, stripe_sweep
from ingestion.request import Request
from ingestion.stripe_api import OVERLAP, Stream
from ingestion.stripe_payouts import ENTRY
from ingestion.sweep import Known, Swept
from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, epoch, rate, text

# Digits behind the point in Stripe's amounts: ISO 4217's, but ISK and UGX in hundredths as before they lost
# theirs (docs.stripe.com/currencies). A test holds this against what the models divide by.
WHOLE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())  # noqa: SIM905
THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905


def exponent(currency: str) -> int | None:
    if len(currency) != 3:
        return None
    return 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2


def unwanted(paths: str) -> frozenset[str]:
    """What Stripe also gives: no use of ours, and some of it personal."""
    return frozenset(f"object {paths}".split())


CHARGES = Table(
    "charges",
    nodes=("charge",),
    amount="amount",
    exponent=exponent,
    columns=columns(
        (text, "id"),
        (bigint, "amount amount_captured amount_refunded"),
        (text, "currency status"),
        (boolean, "captured paid refunded disputed livemode"),
        (epoch, "created"),
        (text, "payment_intent customer balance_transaction failure_code"),
        (text, "billing_details.email billing_details.name billing_details.phone"),
        (text, "billing_details.address.country"),
        (text, "metadata.shop metadata.order_id metadata.order_name metadata.payment_id"),
        (text, "payment_method_details.type"),
        (text, "payment_method_details.card.brand payment_method_details.card.country"),
    ),
    ignored=unwanted(
        "application application_fee application_fee_amount billing_details.address.*"
        " billing_details.tax_id calculated_statement_descriptor customer_account description"
        " destination dispute failure_balance_transaction failure_message fraud_details invoice"
        " level3 on_behalf_of order outcome payment_method payment_method_details.*"
        " payment_method_details.card.* presentment_details radar_options receipt_email"
        " receipt_number receipt_url refunds review shipping source source_transfer"
        " statement_descriptor statement_descriptor_suffix transfer transfer_data transfer_group"
    ),
)

PAYMENT_INTENTS = Table(
    "payment_intents",
    nodes=("payment_intent",),
    amount="amount",
    exponent=exponent,
    columns=columns(
        (text, "id"),
        (bigint, "amount amount_received"),
        (text, "currency status"),
        (epoch, "created canceled_at"),
        (text, "cancellation_reason customer latest_charge"),
        (text, "metadata.shop metadata.order_id metadata.payment_id"),
    ),
    ignored=unwanted(
        "amount_capturable amount_details application application_fee_amount"
        " automatic_payment_methods capture_method client_secret confirmation_method"
        " customer_account description excluded_payment_method_types hooks last_payment_error"
        " livemode managed_payments metadata.order_name next_action on_behalf_of payment_details"
        " payment_method payment_method_configuration_details payment_method_options"
        " payment_method_types presentment_details processing receipt_email review"
        " setup_future_usage shipping source statement_descriptor statement_descriptor_suffix"
        " transfer_data transfer_group"
    ),
)

REFUNDS = Table(
    "refunds",
    nodes=("refund",),
    amount="amount",
    exponent=exponent,
    columns=columns(
        (text, "id"),
        (bigint, "amount"),
        (text, "currency charge payment_intent status reason failure_reason"),
        (epoch, "created"),
        (text, "balance_transaction failure_balance_transaction"),
    ),
    ignored=unwanted(
        "customer customer_account description destination_details instructions_email livemode"
        " metadata next_action payment_method pending_reason presentment_details receipt_number"
        " source_transfer_reversal transfer_reversal"
    ),
)

DISPUTES = Table(
    "disputes",
    nodes=("dispute",),
    amount="amount",
    exponent=exponent,
    columns=columns(
        (text, "id"),
        (bigint, "amount"),
        (text, "currency charge payment_intent reason status"),
        (epoch, "created"),
        (boolean, "is_charge_refundable"),
        (epoch, "evidence_details.due_by"),
        (text, "payment_method_details.card.case_type"),
    ),
    ignored=unwanted(
        "balance_transaction enhanced_eligibility_types evidence evidence_details.*"
        " intended_submission_method livemode metadata network_reason_code payment_method_details.*"
        " payment_method_details.card.*"
    ),
)

DISPUTE_BALANCE_TRANSACTIONS = Table(
    "dispute_balance_transactions",
    key=("dispute_id", "id"),
    parent=DISPUTES,
    parent_id="dispute_id",
    list_of="balance_transactions",
    amount="amount",
    exponent=exponent,
    columns=columns(
        (text, "id"),
        (bigint, "amount fee net"),
        (text, "currency type reporting_category"),
        (epoch, "created"),
    ),
    ignored=unwanted(
        "available_on balance_type description exchange_rate fee_details source status"
    ),
)

BALANCE_TRANSACTIONS = Table(
    "balance_transactions",
    nodes=("balance_transaction",),
    amount="amount",
    exponent=exponent,
    columns=columns(
        (text, "id"),
        (bigint, "amount fee net"),
        (text, "currency type reporting_category source status description"),
        (epoch, "created available_on"),
        (rate, "exchange_rate"),
    ),
    ignored=unwanted("balance_type cross_border_classification"),
)

FEE_DETAILS = Table(
    "fee_details",
    key=("balance_transaction_id", "position"),
    parent=BALANCE_TRANSACTIONS,
    parent_id="balance_transaction_id",
    list_of="fee_details",
    positioned=True,
    amount="amount",
    exponent=exponent,
    columns=columns((bigint, "amount"), (text, "currency type description")),
    ignored=frozenset({"application"}),
)

PAYOUTS = Table(
    "payouts",
    nodes=("payout",),
    amount="amount",
    exponent=exponent,
    columns=columns(
        (text, "id"),
        (bigint, "amount"),
        (text, "currency status"),
        (epoch, "created arrival_date"),
        (boolean, "automatic"),
        (text, "method type balance_transaction failure_balance_transaction failure_code"),
        (text, "original_payout reversed_by reconciliation_status"),
    ),
    ignored=unwanted(
        "application_fee application_fee_amount description destination failure_message livemode"
        " metadata payout_method source_type statement_descriptor trace_id"
    ),
)

PAYOUT_ENTRIES = Table(
    "payout_entries",
    key=("payout_id", "id"),
    nodes=(ENTRY,),
    columns=columns((text, "payout_id id")),
)

CUSTOMERS = Table(
    "customers",
    nodes=("customer",),
    columns=columns(
        (text, "id email name phone"),
        (epoch, "created"),
        (text, "address.country metadata.shop metadata.shopify_customer_id"),
    ),
    ignored=unwanted(
        "address.* balance business_name cash_balance currency customer_account default_source"
        " delinquent description discount individual_name invoice_credit_balance invoice_prefix"
        " invoice_settings livemode next_invoice_sequence preferred_locales shipping sources"
        " subscriptions tax tax_exempt tax_ids test_clock"
    ),
)

EVENTS = Table(
    "events",
    nodes=("event",),
    created="created",
    columns=columns(
        (text, "id type"), (epoch, "created"), (text, "data.object.id data.object.object")
    ),
    ignored=unwanted("account api_version context livemode pending_webhooks reason request"),
)

# The names of permissions are those of a restricted key in Stripe's dashboard.
STREAMS = (
    Stream(
        (BALANCE_TRANSACTIONS, FEE_DETAILS), "balance_transaction", "Balance transaction sources"
    ),
    Stream((CHARGES,), "charge", "Charges and Refunds"),
    Stream((PAYMENT_INTENTS,), "payment_intent", "PaymentIntents"),
    Stream((REFUNDS,), "refund", "Charges and Refunds"),
    Stream((DISPUTES, DISPUTE_BALANCE_TRANSACTIONS), "dispute", "Disputes"),
    Stream((PAYOUTS,), "payout", "Payouts"),
    Stream((CUSTOMERS,), "customer", "Customers", lasting=False),
)
CHANGES = Stream((EVENTS,), "event", "Events")
TABLES = (*(table for stream in STREAMS for table in stream.tables), PAYOUT_ENTRIES, EVENTS)
OVERLAPS = {stream.name: OVERLAP for stream in (*STREAMS, CHANGES)}

SWEPT = {stream.name: "null" for stream in STREAMS}


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """Everything new or changed at one account, typed, table by table."""
    return stripe_load.extract(request, STREAMS, CHANGES, PAYOUT_ENTRIES)


def sweep(request: Request, known: Known, report: list[Swept]) -> Iterator[tuple[str, pa.Table]]:
    """What raw lacks of one account, and tombstones of what is gone there."""
    return stripe_sweep.sweep(request, known, report, STREAMS, CHANGES, PAYOUT_ENTRIES)
