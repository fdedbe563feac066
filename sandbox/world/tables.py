"""The vendor-shaped tables a world is served from: schema ``shopify``, one table per GraphQL type.

Columns are named as the GraphQL fields; nested objects are STRUCTs, lists LISTs, connections child
tables whose ``_parent`` is the owner's gid (``Sale`` hangs on ``SalesAgreement``, that on ``Order``).
Money is the text the vendor prints, times are ISO text, so a bad value of a replayed file passes
through as it stands. ``_seq`` orders the rows of a table; ids repeat across shops, never within one.
"""

import duckdb

MONEY = 'STRUCT("amount" VARCHAR, "currencyCode" VARCHAR)'
BAG = f'STRUCT("shopMoney" {MONEY}, "presentmentMoney" {MONEY})'
REF = 'STRUCT("id" VARCHAR)'
TECHNICAL = {"_shop": "VARCHAR", "_seq": "BIGINT", "_parent": "VARCHAR"}


def _struct(**fields: str) -> str:
    return "STRUCT(" + ", ".join(f'"{name}" {kind}' for name, kind in fields.items()) + ")"


def _columns(kind: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), kind)


def _text(names: str) -> dict[str, str]:
    return _columns("VARCHAR", names)


TAX_LINE = _struct(title="VARCHAR", rate="DOUBLE", channelLiable="BOOLEAN", source="VARCHAR")
SALE_TAX = _struct(id="VARCHAR", amount=BAG, taxLine=TAX_LINE)
DISCOUNT_APPLICATION = _struct(
    index="BIGINT",
    **_text("__typename allocationMethod targetType targetSelection code title"),
)
DISCOUNT_ALLOCATION = _struct(allocatedAmountSet=BAG, discountApplication=DISCOUNT_APPLICATION)
LINE_ITEM_GROUP = _struct(
    id="VARCHAR", title="VARCHAR", quantity="BIGINT", variantId="VARCHAR", variantSku="VARCHAR"
)
TRANSACTION = _struct(
    **_text("id kind status gateway"),
    test="BOOLEAN",
    **_text("errorCode createdAt processedAt paymentId"),
    parentTransaction=REF,
    amountSet=BAG,
)
REFUND = _struct(
    **_text("id createdAt updatedAt processedAt note"), **{"return": REF}, totalRefundedSet=BAG
)
TRACKING_INFO = _struct(**_text("company number url"))
FULFILLMENT = _struct(
    **_text("id name status displayStatus createdAt updatedAt inTransitAt deliveredAt"),
    estimatedDeliveryAt="VARCHAR",
    totalQuantity="BIGINT",
    trackingInfo=f"{TRACKING_INFO}[]",
)
SHIPPING_ADDRESS = _struct(
    **_text("firstName lastName company address1 city zip provinceCode countryCodeV2 phone")
)
CUSTOMER_ADDRESS = _struct(**_text("company address1 city zip provinceCode countryCodeV2 phone"))
COUNTRY = _struct(countryCodeV2="VARCHAR")

COLUMNS: dict[str, dict[str, str]] = {
    "Shop": {
        **_text("id name myshopifyDomain currencyCode ianaTimezone"),
        "taxesIncluded": "BOOLEAN",
        **_text("createdAt updatedAt"),
        "shopAddress": COUNTRY,
        "enabledPresentmentCurrencies": "VARCHAR[]",
    },
    "Order": {
        **_text("id name createdAt processedAt updatedAt cancelledAt cancelReason closedAt"),
        **_columns("BOOLEAN", "test confirmed edited"),
        **_text("currencyCode presentmentCurrencyCode"),
        **_columns("BOOLEAN", "taxesIncluded dutiesIncluded"),
        **_text("displayFinancialStatus displayFulfillmentStatus returnStatus sourceName"),
        **_text("email phone customerLocale"),
        **_columns("VARCHAR[]", "tags paymentGatewayNames"),
        "customer": REF,
        # A Customer has ``id``, a PurchasingCompany has ``company``.
        "purchasingEntity": _struct(__typename="VARCHAR", id="VARCHAR", company=REF),
        "billingAddress": COUNTRY,
        "shippingAddress": SHIPPING_ADDRESS,
        **_columns(
            BAG,
            "totalPriceSet subtotalPriceSet totalTaxSet totalDiscountsSet totalShippingPriceSet"
            " totalTipReceivedSet totalReceivedSet totalRefundedSet totalOutstandingSet"
            " currentTotalPriceSet",
        ),
        "totalCashRoundingAdjustment": _struct(paymentSet=BAG, refundSet=BAG),
        "transactions": f"{TRANSACTION}[]",
        "refunds": f"{REFUND}[]",
        "fulfillments": f"{FULFILLMENT}[]",
    },
    "LineItem": {
        **_text("id title variantTitle vendor sku"),
        **_columns("BIGINT", "quantity currentQuantity"),
        **_columns("BOOLEAN", "isGiftCard requiresShipping taxable"),
        **_columns(REF, "product variant"),
        "lineItemGroup": LINE_ITEM_GROUP,
        **_columns(BAG, "originalUnitPriceSet originalTotalSet discountedTotalSet"),
        "totalDiscountSet": BAG,
        "discountAllocations": f"{DISCOUNT_ALLOCATION}[]",
    },
    "ShippingLine": {
        **_text("id title code source"),
        "isRemoved": "BOOLEAN",
        **_columns(BAG, "originalPriceSet discountedPriceSet"),
    },
    "SalesAgreement": {
        **_text("id __typename happenedAt reason"),
        **_columns(REF, "refund return"),
    },
    "Sale": {
        **_text("id __typename actionType lineType"),
        "quantity": "BIGINT",
        **_columns(
            BAG,
            "totalAmount totalDiscountAmountBeforeTaxes totalDiscountAmountAfterTaxes"
            " totalTaxAmount",
        ),
        **_columns(REF, "lineItem shippingLine duty fee additionalFee"),
        "taxes": f"{SALE_TAX}[]",
    },
    "Return": {
        **_text("id name status"),
        "totalQuantity": "BIGINT",
        **_text("createdAt closedAt requestApprovedAt"),
    },
    "ReturnLineItem": {
        **_text("id __typename"),
        **_columns("BIGINT", "quantity refundedQuantity"),
        "returnReasonNote": "VARCHAR",
        "fulfillmentLineItem": _struct(id="VARCHAR", lineItem=REF),
    },
    "Customer": {
        **_text("id createdAt updatedAt firstName lastName state locale"),
        "tags": "VARCHAR[]",
        **_columns("BOOLEAN", "taxExempt verifiedEmail"),
        "numberOfOrders": "VARCHAR",
        "amountSpent": MONEY,
        "defaultEmailAddress": _struct(**_text("emailAddress marketingState marketingUpdatedAt")),
        "defaultPhoneNumber": _struct(**_text("phoneNumber marketingState")),
        "defaultAddress": CUSTOMER_ADDRESS,
    },
    "Product": {
        **_text("id title handle productType vendor status"),
        "isGiftCard": "BOOLEAN",
        "tags": "VARCHAR[]",
        **_text("createdAt updatedAt"),
    },
    "ProductVariant": {
        **_text("id title sku price barcode createdAt updatedAt"),
        "product": REF,
    },
}


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create every table, empty, so a world without, say, returns still has the table."""
    con.execute("create schema if not exists shopify")
    for table, columns in COLUMNS.items():
        body = ", ".join(f'"{n}" {kind}' for n, kind in {**columns, **TECHNICAL}.items())
        con.execute(f'create table shopify."{table}" ({body})')
    con.execute("create schema if not exists rates")
    con.execute('create table rates.ecb ("date" DATE, currency VARCHAR, rate VARCHAR)')
    con.execute(
        "create table rates.treasury (rate_date VARCHAR, from_currency VARCHAR, to_currency VARCHAR,"
        " kind VARCHAR, rate VARCHAR, version VARCHAR, status VARCHAR, approved_by VARCHAR,"
        " approved_at VARCHAR, updated_at VARCHAR)"
    )
