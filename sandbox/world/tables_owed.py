"""Vendor-shaped tables of what is sold ahead or not yet: gift cards, draft orders, subscriptions."""

from sandbox.world.shapes import BAG, MONEY, REF, columns, struct, text

ATTEMPT_ERROR = struct(**text("__typename code"))

OWED: dict[str, dict[str, str]] = {
    "GiftCard": {
        **text("id lastCharacters maskedCode createdAt updatedAt deactivatedAt expiresOn note"),
        "enabled": "BOOLEAN",
        **columns(MONEY, "initialValue balance"),
        **columns(REF, "customer order"),
    },
    "DraftOrder": {
        **text("id name status createdAt updatedAt completedAt invoiceSentAt"),
        **text("currencyCode presentmentCurrencyCode"),
        **columns("BOOLEAN", "taxesIncluded ready"),
        # A Customer has ``id``, a PurchasingCompany has ``company``.
        "purchasingEntity": struct(__typename="VARCHAR", id="VARCHAR", company=REF),
        **columns(REF, "customer order"),
        **columns(BAG, "subtotalPriceSet totalTaxSet totalPriceSet"),
    },
    "SubscriptionContract": {
        **text("id status createdAt updatedAt currencyCode nextBillingDate lastPaymentStatus"),
        "lastBillingAttemptErrorType": "VARCHAR",
        "billingPolicy": struct(interval="VARCHAR", intervalCount="BIGINT"),
        "deliveryPrice": MONEY,
        **columns(REF, "customer originOrder"),
    },
    "SubscriptionLine": {
        **text("id title sku variantId productId"),
        "quantity": "BIGINT",
        **columns(MONEY, "currentPrice lineDiscountedPrice"),
    },
    "SubscriptionBillingAttempt": {
        **text("id createdAt completedAt originTime idempotencyKey"),
        "state": struct(__typename="VARCHAR", order=REF, error=ATTEMPT_ERROR),
    },
}
