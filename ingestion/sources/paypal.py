"""PayPal's reporting, disputes and settlement reports -> ``raw_paypal``.

Grain:    transactions: one row per version of a movement of a balance, keyed (account, transaction id, event
          code). balances: one per currency and moment asked of. disputes: one per version of a dispute.
          settlement_lines and settlement_sections: one per version of a line, or of a currency's section,
          of a settlement report.
Cursor:   transactions up to ``last_refreshed_datetime``, three hours behind, re-read three days back, and
          from the oldest that was still pending; disputes ``update_time``; reports by when their folder's
          index says they were written.
Gotchas:  a window is 31 days at most and a page 500 rows; more than 10,000 rows are refused
          (RESULTSET_TOO_LARGE), so windows are halved until they fit. An id is text: some look like 1E5...
          Fees are negative where they cost. Settlement reports write minor units without a sign, a debit
          or credit beside each. Payers' names and addresses are not read.
Source:   developer.paypal.com: Transaction Search v1, transaction event codes, Disputes v1, settlement
          report specification.
"""

from collections.abc import Iterator
from datetime import timedelta

import pyarrow as pa

from ingestion import paypal_disputes, paypal_settlements, paypal_transactions
from ingestion.paypal_api import PayPal
from ingestion.request import Request
from ingestion.tables import Table, columns
from ingestion.types import bigint, date, json, money, text, timestamp

AMOUNT = {"value": money, "currency_code": text}

TRANSACTIONS = Table(
    "transactions",
    key=("transaction_info__transaction_id", "transaction_info__transaction_event_code"),
    cursor="transaction_info.transaction_updated_date",
    amount="transaction_info.transaction_amount.value",
    columns=columns(
        (text, "transaction_info.transaction_id transaction_info.transaction_event_code"),
        (text, "transaction_info.paypal_reference_id transaction_info.paypal_reference_id_type"),
        (text, "transaction_info.transaction_status transaction_info.invoice_id"),
        (text, "transaction_info.custom_field transaction_info.bank_reference_id"),
        (text, "transaction_info.transaction_subject transaction_info.protection_eligibility"),
        (text, "transaction_info.instrument_type"),
        (AMOUNT, "transaction_info.transaction_amount transaction_info.fee_amount"),
        (AMOUNT, "transaction_info.ending_balance transaction_info.available_balance"),
        (timestamp, "transaction_info.transaction_initiation_date"),
        (timestamp, "transaction_info.transaction_updated_date"),
        (text, "payer_info.country_code"),
    ),
    ignored=frozenset(
        {
            *("payer_info.*", "shipping_info", "cart_info", "store_info", "auction_info"),
            *("incentive_info", "transaction_info.paypal_account_id"),
            *("transaction_info.insurance_amount", "transaction_info.sales_tax_amount"),
            *("transaction_info.shipping_amount", "transaction_info.shipping_discount_amount"),
            *("transaction_info.shipping_tax_amount", "transaction_info.other_amount"),
            *("transaction_info.tip_amount", "transaction_info.discount_amount"),
            *("transaction_info.credit_term", "transaction_info.payment_method_type"),
            *("transaction_info.credit_transactional_fee", "transaction_info.transaction_note"),
            *("transaction_info.credit_promotional_fee", "transaction_info.payment_tracking_id"),
            *("transaction_info.annual_percentage_rate", "transaction_info.instrument_sub_type"),
        }
    ),
)

BALANCES = Table(
    "balances",
    key=("as_of_time", "currency"),
    created="as_of_time",
    columns=columns(
        (timestamp, "as_of_time"),
        (text, "currency"),
        (AMOUNT, "total_balance available_balance withheld_balance"),
    ),
    ignored=frozenset({"primary"}),
)

DISPUTES = Table(
    "disputes",
    key=("dispute_id",),
    cursor="update_time",
    amount="dispute_amount.value",
    columns=columns(
        (text, "dispute_id seller_transaction_id reason status dispute_state"),
        (text, "dispute_life_cycle_stage dispute_channel"),
        (AMOUNT, "dispute_amount dispute_outcome.amount_refunded"),
        (text, "dispute_outcome.outcome_code"),
        (timestamp, "create_time update_time seller_response_due_date"),
        (json, "disputed_transactions"),
    ),
    ignored=frozenset(
        {
            *("links", "messages", "extensions", "evidences", "offer", "buyer_response_due_date"),
            *("refund_details", "communication_details", "supporting_info", "adjudications"),
            *("money_movements", "fee_policy", "allowed_response_options", "external_reason_code"),
            *("dispute_flow", "update_time_str", "dispute_asset", "dispute_outcome.*"),
        }
    ),
)

SETTLEMENT_LINES = Table(
    "settlement_lines",
    key=("section_id", "transaction_id", "transaction_event_code"),
    created="transaction_completion_date",
    amount="gross_transaction_amount",
    columns=columns(
        (text, "section_id report transaction_id invoice_id paypal_reference_id"),
        (text, "paypal_reference_id_type transaction_event_code"),
        (timestamp, "transaction_initiation_date transaction_completion_date"),
        (text, "transaction_debit_or_credit"),
        (bigint, "gross_transaction_amount"),
        (text, "gross_transaction_currency fee_debit_or_credit"),
        (bigint, "fee_amount"),
        (text, "fee_currency custom_field bank_reference_id"),
    ),
    ignored=frozenset(
        """consumer_id payment_tracking_id store_id credit_transactional_fee credit_promotional_fee
        credit_term""".split()  # noqa: SIM905
    ),
)

SETTLEMENT_SECTIONS = Table(
    "settlement_sections",
    key=("section_id",),
    created="period_end",
    columns=columns(
        (text, "section_id report account_id currency"),
        (date, "report_date"),
        (timestamp, "period_start period_end"),
        (bigint, "gross_credits gross_debits fee_credits fee_debits"),
        (bigint, "beginning_available_balance ending_available_balance"),
        (bigint, "beginning_payable_balance ending_payable_balance lines_count"),
    ),
)

TABLES = (TRANSACTIONS, BALANCES, DISPUTES, SETTLEMENT_LINES, SETTLEMENT_SECTIONS)
OVERLAPS = {
    TRANSACTIONS.name: paypal_transactions.OVERLAP,
    DISPUTES.name: timedelta(hours=1),
    SETTLEMENT_LINES.name: timedelta(days=1),
}
NO_SWEEP = (
    "nothing is ever taken away from a balance's history; reversals are transactions of their own"
)
NO_WINDOW = "its disputes and reports go by when they changed, not by when they were created"


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """Balances now, transactions as far as PayPal has published them, disputes, settlement reports."""
    client = PayPal(request.account, request.patience)
    try:
        yield from paypal_transactions.balances(request, client, BALANCES)
        yield from paypal_transactions.transactions(request, client, TRANSACTIONS)
        yield from paypal_disputes.disputes(request, client, DISPUTES, OVERLAPS[DISPUTES.name])
        yield from paypal_settlements.settlements(
            request,
            client,
            (SETTLEMENT_LINES, SETTLEMENT_SECTIONS),
            OVERLAPS[SETTLEMENT_LINES.name],
        )
    finally:
        request.requests, request.vendor_date = client.requests, client.vendor_date
        client.close()
