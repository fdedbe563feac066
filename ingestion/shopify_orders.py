"""The tables of a Shopify order and of its returns: ``ingestion/sources/shopify.py`` has the rest."""

from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, json, money, rate, text, timestamp

MONEY = columns((money, "amount"), (text, "currencyCode"))
BAG = columns((MONEY, "shopMoney presentmentMoney"))
ADDRESS = columns((text, "company address1 city zip provinceCode countryCodeV2 phone"))

ORDERS = Table(
    "orders",
    cursor="updatedAt",
    nodes=("Order",),
    amount="totalPriceSet.shopMoney.amount",
    only_on={"purchasingEntity.company": ("PurchasingCompany",)},
    columns=columns(
        (text, "id name cancelReason currencyCode presentmentCurrencyCode sourceName email phone"),
        (text, "displayFinancialStatus displayFulfillmentStatus returnStatus customerLocale"),
        (text, "customer.id purchasingEntity.__typename purchasingEntity.company.id"),
        (text, "billingAddress.countryCodeV2 shippingAddress.firstName shippingAddress.lastName"),
        (ADDRESS, "shippingAddress"),
        (timestamp, "createdAt processedAt updatedAt cancelledAt closedAt"),
        (boolean, "test confirmed edited taxesIncluded dutiesIncluded"),
        (json, "tags paymentGatewayNames"),
        (BAG, "totalPriceSet subtotalPriceSet totalTaxSet totalDiscountsSet totalShippingPriceSet"),
        (BAG, "totalTipReceivedSet totalReceivedSet totalRefundedSet totalOutstandingSet"),
        (BAG, "currentTotalPriceSet totalCashRoundingAdjustment.paymentSet"),
        (BAG, "totalCashRoundingAdjustment.refundSet"),
    ),
)

LINE_ITEMS = Table(
    "line_items",
    parent=ORDERS,
    parent_id="order_id",
    connection="lineItems",
    nodes=("LineItem",),
    amount="discountedTotalSet.shopMoney.amount",
    columns=columns(
        (text, "id title variantTitle vendor sku product.id variant.id"),
        (text, "lineItemGroup.id lineItemGroup.title lineItemGroup.variantId"),
        (text, "lineItemGroup.variantSku"),
        (bigint, "quantity currentQuantity lineItemGroup.quantity"),
        (boolean, "isGiftCard requiresShipping taxable"),
        (BAG, "originalUnitPriceSet originalTotalSet discountedTotalSet totalDiscountSet"),
    ),
)

DISCOUNT_ALLOCATIONS = Table(
    "discount_allocations",
    key=("line_item_id", "position"),
    parent=LINE_ITEMS,
    parent_id="line_item_id",
    list_of="discountAllocations",
    positioned=True,
    amount="allocatedAmountSet.shopMoney.amount",
    only_on={
        "discountApplication.code": ("DiscountCodeApplication",),
        "discountApplication.title": (
            "AutomaticDiscountApplication",
            "ManualDiscountApplication",
            "ScriptDiscountApplication",
        ),
    },
    columns=columns(
        (BAG, "allocatedAmountSet"),
        (bigint, "discountApplication.index"),
        (
            columns((text, "__typename allocationMethod targetType targetSelection code title")),
            "discountApplication",
        ),
    ),
)

SHIPPING_LINES = Table(
    "shipping_lines",
    parent=ORDERS,
    parent_id="order_id",
    connection="shippingLines",
    nodes=("ShippingLine",),
    amount="discountedPriceSet.shopMoney.amount",
    columns=columns(
        (text, "id title code source"),
        (boolean, "isRemoved"),
        (BAG, "originalPriceSet discountedPriceSet"),
    ),
)

AGREEMENTS = Table(
    "agreements",
    parent=ORDERS,
    parent_id="order_id",
    connection="agreements",
    addressable=False,
    nodes=("OrderAgreement", "OrderEditAgreement", "RefundAgreement", "ReturnAgreement"),
    only_on={"refund": ("RefundAgreement",), "return": ("ReturnAgreement",)},
    columns=columns((text, "id __typename reason refund.id return.id"), (timestamp, "happenedAt")),
)

SALES = Table(
    "sales",
    key=("agreement_id", "id"),
    parent=AGREEMENTS,
    parent_id="agreement_id",
    connection="sales",
    nodes=(
        *("ProductSale", "ShippingLineSale", "DutySale", "FeeSale", "AdditionalFeeSale"),
        *("GiftCardSale", "TipSale", "AdjustmentSale", "UnknownSale"),
    ),
    amount="totalAmount.shopMoney.amount",
    only_on={
        "lineItem": ("ProductSale", "GiftCardSale", "TipSale"),
        "shippingLine": ("ShippingLineSale",),
        "duty": ("DutySale",),
        "fee": ("FeeSale",),
        "additionalFee": ("AdditionalFeeSale",),
    },
    columns=columns(
        (text, "id __typename actionType lineType"),
        (text, "lineItem.id shippingLine.id duty.id fee.id additionalFee.id"),
        (bigint, "quantity"),
        (BAG, "totalAmount totalDiscountAmountBeforeTaxes totalDiscountAmountAfterTaxes"),
        (BAG, "totalTaxAmount"),
    ),
)

SALE_TAXES = Table(
    "sale_taxes",
    key=("agreement_id", "sale_id", "id"),
    parent=SALES,
    parent_id="sale_id",
    list_of="taxes",
    amount="amount.shopMoney.amount",
    columns=columns(
        (text, "id taxLine.title taxLine.source"),
        (boolean, "taxLine.channelLiable"),
        (rate, "taxLine.rate"),
        (BAG, "amount"),
    ),
)

TRANSACTIONS = Table(
    "transactions",
    parent=ORDERS,
    parent_id="order_id",
    list_of="transactions",
    amount="amountSet.shopMoney.amount",
    columns=columns(
        (text, "id kind status gateway errorCode paymentId parentTransaction.id"),
        (boolean, "test"),
        (timestamp, "createdAt processedAt"),
        (BAG, "amountSet"),
    ),
)

REFUNDS = Table(
    "refunds",
    parent=ORDERS,
    parent_id="order_id",
    list_of="refunds",
    amount="totalRefundedSet.shopMoney.amount",
    columns=columns(
        (text, "id note return.id"),
        (timestamp, "createdAt updatedAt processedAt"),
        (BAG, "totalRefundedSet"),
    ),
)

FULFILLMENTS = Table(
    "fulfillments",
    parent=ORDERS,
    parent_id="order_id",
    list_of="fulfillments",
    columns=columns(
        (text, "id name status displayStatus"),
        (timestamp, "createdAt updatedAt inTransitAt deliveredAt estimatedDeliveryAt"),
        (bigint, "totalQuantity"),
    ),
)

TRACKING_INFO = Table(
    "tracking_info",
    key=("fulfillment_id", "position"),
    parent=FULFILLMENTS,
    parent_id="fulfillment_id",
    list_of="trackingInfo",
    positioned=True,
    columns=columns((text, "company number url")),
    hashed={"number_hash": "number"},
)

# Returns hang on their order, of which this request asks nothing else.
ORDERS_OF_RETURNS = Table(
    "orders_of_returns",
    cursor="updatedAt",
    nodes=("Order",),
    landed=False,
    columns=columns((text, "id"), (timestamp, "updatedAt")),
)

RETURNS = Table(
    "returns",
    parent=ORDERS_OF_RETURNS,
    parent_id="order_id",
    connection="returns",
    nodes=("Return",),
    columns=columns(
        (text, "id name status"),
        (bigint, "totalQuantity"),
        (timestamp, "createdAt closedAt requestApprovedAt"),
    ),
)

RETURN_LINE_ITEMS = Table(
    "return_line_items",
    parent=RETURNS,
    parent_id="return_id",
    connection="returnLineItems",
    nodes=("ReturnLineItem", "UnverifiedReturnLineItem"),
    only_on={"fulfillmentLineItem": ("ReturnLineItem",)},
    columns=columns(
        (text, "id returnReasonNote fulfillmentLineItem.lineItem.id"),
        (bigint, "quantity refundedQuantity"),
    ),
)
