"""Vendor-shaped tables of money: tenders, and Shopify Payments' balance, payouts and disputes."""

from sandbox.world.shapes import MONEY, REF, columns, struct, text

SUMMARY = struct(
    **columns(
        MONEY,
        "adjustmentsFee adjustmentsGross advanceFees advanceGross chargesFee chargesGross refundsFee"
        " refundsFeeGross reservedFundsFee reservedFundsGross retriedPayoutsFee retriedPayoutsGross",
    )
)
ADJUSTED = struct(
    **columns(MONEY, "amount fees net"), **text("link name"), orderTransactionId="VARCHAR"
)

PAYMENTS: dict[str, dict[str, str]] = {
    "TenderTransaction": {
        "id": "VARCHAR",
        "amount": MONEY,
        **text("paymentMethod processedAt remoteReference"),
        "test": "BOOLEAN",
        "order": REF,
        "transactionDetails": struct(**text("__typename creditCardCompany creditCardNumber")),
    },
    "ShopifyPaymentsAccount": {
        "id": "VARCHAR",
        **columns("BOOLEAN", "activated onboardable"),
        **text("country defaultCurrency payoutStatementDescriptor"),
        "balance": f"{MONEY}[]",
    },
    "ShopifyPaymentsBalanceTransaction": {
        **text("id type"),
        "test": "BOOLEAN",
        "transactionDate": "VARCHAR",
        **columns(MONEY, "amount fee net"),
        **text("sourceType sourceId sourceOrderTransactionId adjustmentReason"),
        "adjustmentsOrders": f"{ADJUSTED}[]",
        "associatedOrder": struct(**text("id name")),
        "associatedPayout": struct(**text("id status")),
    },
    "ShopifyPaymentsPayout": {
        **text("id legacyResourceId issuedAt status transactionType externalTraceId"),
        "net": MONEY,
        "summary": SUMMARY,
    },
    "ShopifyPaymentsDispute": {
        **text("id legacyResourceId initiatedAt evidenceDueBy evidenceSentOn finalizedOn"),
        **text("status type"),
        "amount": MONEY,
        "order": REF,
        "reasonDetails": struct(**text("reason networkReasonCode")),
    },
}
