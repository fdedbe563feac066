"""The tables of what a shop sells ahead or not yet: gift cards, draft orders, subscriptions."""

from ingestion.shopify_orders import BAG, MONEY
from ingestion.shopify_streams import Stream
from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, date, text, timestamp

GIFT_CARDS = Table(
    "gift_cards",
    cursor="updatedAt",
    nodes=("GiftCard",),
    amount="balance.amount",
    columns=columns(
        (text, "id lastCharacters customer.id order.id"),
        (boolean, "enabled"),
        (date, "expiresOn"),
        (timestamp, "createdAt updatedAt deactivatedAt"),
        (MONEY, "initialValue balance"),
    ),
)

DRAFT_ORDERS = Table(
    "draft_orders",
    cursor="updatedAt",
    nodes=("DraftOrder",),
    amount="totalPriceSet.shopMoney.amount",
    only_on={"purchasingEntity.company": ("PurchasingCompany",)},
    columns=columns(
        (text, "id name status currencyCode presentmentCurrencyCode customer.id order.id"),
        (text, "purchasingEntity.__typename purchasingEntity.company.id"),
        (boolean, "taxesIncluded"),
        (timestamp, "createdAt updatedAt completedAt invoiceSentAt"),
        (BAG, "subtotalPriceSet totalTaxSet totalPriceSet"),
    ),
)

SUBSCRIPTION_CONTRACTS = Table(
    "subscription_contracts",
    cursor="updatedAt",
    nodes=("SubscriptionContract",),
    columns=columns(
        (text, "id status currencyCode lastPaymentStatus lastBillingAttemptErrorType"),
        (text, "billingPolicy.interval customer.id originOrder.id"),
        (bigint, "billingPolicy.intervalCount"),
        (timestamp, "createdAt updatedAt nextBillingDate"),
        (MONEY, "deliveryPrice"),
    ),
)

SUBSCRIPTION_LINES = Table(
    "subscription_lines",
    parent=SUBSCRIPTION_CONTRACTS,
    parent_id="contract_id",
    connection="lines",
    nodes=("SubscriptionLine",),
    amount="lineDiscountedPrice.amount",
    columns=columns(
        (text, "id title sku variantId productId"),
        (bigint, "quantity"),
        (MONEY, "currentPrice lineDiscountedPrice"),
    ),
)

SUBSCRIPTION_BILLING_ATTEMPTS = Table(
    "subscription_billing_attempts",
    parent=SUBSCRIPTION_CONTRACTS,
    parent_id="contract_id",
    connection="billingAttempts",
    nodes=("SubscriptionBillingAttempt",),
    only_on={"state.order": ("SubscriptionBillingAttemptSuccessState",)},
    columns=columns(
        (text, "id idempotencyKey state.__typename state.order.id"),
        (timestamp, "createdAt completedAt originTime"),
    ),
)

STREAMS = (
    # No search by change, so all of them each time; one that is used or expires moves no list's order.
    Stream(
        "gift_cards",
        (GIFT_CARDS,),
        "giftCards",
        count="giftCardsCount",
        count_filters=False,
        sort="ID",
        filter=None,
        priority="low",
    ),
    Stream(
        "draft_orders", (DRAFT_ORDERS,), "draftOrders", count="draftOrdersCount", priority="low"
    ),
    Stream(
        "subscription_contracts",
        (SUBSCRIPTION_CONTRACTS, SUBSCRIPTION_LINES, SUBSCRIPTION_BILLING_ATTEMPTS),
        "subscriptionContracts",
        priority="low",
    ),
)
