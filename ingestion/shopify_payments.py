"""The tables of what was paid: tenders of every gateway, and the account of Shopify Payments.

Balance transactions, payouts and disputes change without an updated time: they are versioned by when they were
asked for, and read again until they are settled.
"""

from datetime import timedelta

from ingestion.shopify_orders import MONEY
from ingestion.shopify_streams import Settles, Stream
from ingestion.tables import Table, columns
from ingestion.types import boolean, text, timestamp

ACCOUNT = "shopifyPaymentsAccount"

TENDER_TRANSACTIONS = Table(
    "tender_transactions",
    cursor="processedAt",
    nodes=("TenderTransaction",),
    amount="amount.amount",
    only_on={"transactionDetails.creditCardCompany": ("TenderTransactionCreditCardDetails",)},
    columns=columns(
        (text, "id order.id paymentMethod remoteReference transactionDetails.creditCardCompany"),
        (boolean, "test"),
        (timestamp, "processedAt"),
        (MONEY, "amount"),
    ),
)

BALANCE_TRANSACTIONS = Table(
    "payments_balance_transactions",
    nodes=("ShopifyPaymentsBalanceTransaction",),
    amount="amount.amount",
    columns=columns(
        (text, "id type sourceType sourceId sourceOrderTransactionId adjustmentReason"),
        (text, "associatedOrder.id associatedPayout.id associatedPayout.status"),
        (boolean, "test"),
        (timestamp, "transactionDate"),
        (MONEY, "amount fee net"),
    ),
)

PAYOUTS = Table(
    "payments_payouts",
    nodes=("ShopifyPaymentsPayout",),
    amount="net.amount",
    columns=columns(
        (text, "id status transactionType externalTraceId"),
        (timestamp, "issuedAt"),
        (MONEY, "net summary.chargesGross summary.chargesFee summary.refundsFeeGross"),
        (MONEY, "summary.refundsFee summary.adjustmentsGross summary.adjustmentsFee"),
        (MONEY, "summary.reservedFundsGross summary.reservedFundsFee summary.advanceGross"),
        (MONEY, "summary.advanceFees summary.retriedPayoutsGross summary.retriedPayoutsFee"),
    ),
)

DISPUTES = Table(
    "payments_disputes",
    nodes=("ShopifyPaymentsDispute",),
    amount="amount.amount",
    columns=columns(
        (text, "id status type order.id reasonDetails.reason reasonDetails.networkReasonCode"),
        (timestamp, "initiatedAt evidenceDueBy evidenceSentOn finalizedOn"),
        (MONEY, "amount"),
    ),
)

STREAMS = (
    # Written once and never changed; a gateway may report a little late.
    Stream(
        "tender_transactions",
        (TENDER_TRANSACTIONS,),
        "tenderTransactions",
        sort=None,
        filter="processed_at",
        moment="processedAt",
        window_filter="processed_at",
        overlap=timedelta(hours=6),
    ),
    Stream(
        "payments_balance_transactions",
        (BALANCE_TRANSACTIONS,),
        "balanceTransactions",
        sort="PROCESSED_AT",
        under=ACCOUNT,
        filter="processed_at",
        moment="transactionDate",
        window_filter="processed_at",
        overlap=timedelta(days=1),
        settles=Settles(
            "associatedPayout.status",
            frozenset({"ACTION_REQUIRED", "IN_TRANSIT", "PENDING", "SCHEDULED"}),
            timedelta(days=120),
        ),
    ),
    # A bank may send a paid one back within days.
    Stream(
        "payments_payouts",
        (PAYOUTS,),
        "payouts",
        sort="ISSUED_AT",
        under=ACCOUNT,
        filter="issued_at",
        moment="issuedAt",
        window_filter="issued_at",
        overlap=timedelta(days=7),
        settles=Settles("status", frozenset({"IN_TRANSIT", "SCHEDULED"}), timedelta(days=120)),
    ),
    Stream(
        "payments_disputes",
        (DISPUTES,),
        "disputes",
        sort=None,
        under=ACCOUNT,
        filter="initiated_at",
        moment="initiatedAt",
        window_filter="initiated_at",
        overlap=timedelta(days=1),
        settles=Settles(
            "status", frozenset({"NEEDS_RESPONSE", "UNDER_REVIEW"}), timedelta(days=400)
        ),
    ),
)
