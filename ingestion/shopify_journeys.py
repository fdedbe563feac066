"""The tables of how an order came about: visits and campaigns before it, codes on it, checkouts left behind."""

from datetime import timedelta

from ingestion.shopify_metafields import metafields_of
from ingestion.shopify_orders import BAG
from ingestion.shopify_streams import Settles, Stream
from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, json, text, timestamp

VISIT = {
    **columns(
        (text, "id source sourceType sourceDescription referrerUrl landingPage referralCode")
    ),
    **columns((text, "utmParameters.source utmParameters.medium utmParameters.campaign")),
    **columns((text, "utmParameters.content utmParameters.term"), (timestamp, "occurredAt")),
}

# Apart from the order itself, because a bulk query may hold five connections and orders have them.
ORDER_DETAILS = Table(
    "order_details",
    cursor="updatedAt",
    nodes=("Order",),
    columns=columns(
        (text, "id"),
        (timestamp, "updatedAt"),
        (json, "discountCodes"),
        (boolean, "customerJourneySummary.ready"),
        (bigint, "customerJourneySummary.customerOrderIndex"),
        (bigint, "customerJourneySummary.daysToConversion"),
        (VISIT, "customerJourneySummary.firstVisit customerJourneySummary.lastVisit"),
    ),
)

ORDER_METAFIELDS = metafields_of(ORDER_DETAILS, "order")

ABANDONED_CHECKOUTS = Table(
    "abandoned_checkouts",
    cursor="updatedAt",
    nodes=("AbandonedCheckout",),
    amount="totalPriceSet.shopMoney.amount",
    columns=columns(
        (text, "id name customer.id billingAddress.countryCodeV2 shippingAddress.countryCodeV2"),
        (timestamp, "createdAt updatedAt completedAt"),
        (boolean, "taxesIncluded"),
        (json, "discountCodes"),
        (BAG, "totalPriceSet subtotalPriceSet totalDiscountSet totalTaxSet"),
    ),
)

ABANDONED_CHECKOUT_LINES = Table(
    "abandoned_checkout_lines",
    parent=ABANDONED_CHECKOUTS,
    parent_id="checkout_id",
    connection="lineItems",
    nodes=("AbandonedCheckoutLineItem",),
    amount="discountedTotalPriceSet.shopMoney.amount",
    columns=columns(
        (text, "id title variantTitle sku product.id variant.id"),
        (bigint, "quantity"),
        (BAG, "originalUnitPriceSet originalTotalPriceSet discountedTotalPriceSet"),
    ),
)

STREAMS = (
    # A journey is put together after the order, which then shows no change: `ready` says it is done.
    Stream(
        "order_details",
        (ORDER_DETAILS, ORDER_METAFIELDS),
        "orders",
        count="ordersCount",
        settles=Settles("customerJourneySummary.ready", frozenset({"false"}), timedelta(days=2)),
        priority="low",
    ),
    Stream(
        "abandoned_checkouts",
        (ABANDONED_CHECKOUTS, ABANDONED_CHECKOUT_LINES),
        "abandonedCheckouts",
        count="abandonedCheckoutsCount",
        sort="ID",
        priority="low",
    ),
)
