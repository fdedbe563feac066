"""The vendor-shaped tables a world is served from: schema ``shopify``, one table per GraphQL type.

Columns are named as the GraphQL fields; nested objects are STRUCTs, lists LISTs, connections child
tables whose ``_parent`` is the owner's gid (``Sale`` hangs on ``SalesAgreement``, that on ``Order``).
Money is the text the vendor prints, times are ISO text, so a bad value of a replayed file passes
through as it stands. ``_seq`` orders the rows of a table; ids repeat across shops, never within one.
"""

import duckdb

from sandbox.world.shapes import BAG, MONEY, REF, columns, struct, text
from sandbox.world.tables_buyers import BUYERS, DISCOUNT_CODES, JOURNEY
from sandbox.world.tables_owed import OWED
from sandbox.world.tables_payments import PAYMENTS
from sandbox.world.tables_stock import STOCK

TECHNICAL = {"_shop": "VARCHAR", "_seq": "BIGINT", "_parent": "VARCHAR"}
TAX_LINE = struct(title="VARCHAR", rate="DOUBLE", channelLiable="BOOLEAN", source="VARCHAR")
SALE_TAX = struct(id="VARCHAR", amount=BAG, taxLine=TAX_LINE)
DISCOUNT_APPLICATION = struct(
    index="BIGINT",
    **text("__typename allocationMethod targetType targetSelection code title"),
)
DISCOUNT_ALLOCATION = struct(allocatedAmountSet=BAG, discountApplication=DISCOUNT_APPLICATION)
LINE_ITEM_GROUP = struct(
    id="VARCHAR", title="VARCHAR", quantity="BIGINT", variantId="VARCHAR", variantSku="VARCHAR"
)
TRANSACTION = struct(
    **text("id kind status gateway"),
    test="BOOLEAN",
    **text("errorCode createdAt processedAt paymentId"),
    parentTransaction=REF,
    amountSet=BAG,
)
REFUND = struct(
    **text("id createdAt updatedAt processedAt note"), **{"return": REF}, totalRefundedSet=BAG
)
TRACKING_INFO = struct(**text("company number url"))
FULFILLMENT = struct(
    **text("id name status displayStatus createdAt updatedAt inTransitAt deliveredAt"),
    estimatedDeliveryAt="VARCHAR",
    totalQuantity="BIGINT",
    trackingInfo=f"{TRACKING_INFO}[]",
)
SHIPPING_ADDRESS = struct(
    **text("firstName lastName company address1 city zip provinceCode countryCodeV2 phone")
)
CUSTOMER_ADDRESS = struct(**text("company address1 city zip provinceCode countryCodeV2 phone"))
COUNTRY = struct(countryCodeV2="VARCHAR")

COLUMNS: dict[str, dict[str, str]] = {
    "Shop": {
        **text("id name myshopifyDomain currencyCode ianaTimezone"),
        "taxesIncluded": "BOOLEAN",
        **text("createdAt updatedAt"),
        "shopAddress": COUNTRY,
        "enabledPresentmentCurrencies": "VARCHAR[]",
    },
    "Order": {
        **text("id name createdAt processedAt updatedAt cancelledAt cancelReason closedAt"),
        **columns("BOOLEAN", "test confirmed edited"),
        **text("currencyCode presentmentCurrencyCode"),
        **columns("BOOLEAN", "taxesIncluded dutiesIncluded"),
        **text("displayFinancialStatus displayFulfillmentStatus returnStatus sourceName"),
        **text("email phone customerLocale"),
        **columns("VARCHAR[]", "tags paymentGatewayNames"),
        "customer": REF,
        # A Customer has ``id``, a PurchasingCompany has ``company``.
        "purchasingEntity": struct(__typename="VARCHAR", id="VARCHAR", company=REF),
        "billingAddress": COUNTRY,
        "shippingAddress": SHIPPING_ADDRESS,
        **columns(
            BAG,
            "totalPriceSet subtotalPriceSet totalTaxSet totalDiscountsSet totalShippingPriceSet"
            " totalTipReceivedSet totalReceivedSet totalRefundedSet totalOutstandingSet"
            " currentTotalPriceSet",
        ),
        "totalCashRoundingAdjustment": struct(paymentSet=BAG, refundSet=BAG),
        "transactions": f"{TRANSACTION}[]",
        "refunds": f"{REFUND}[]",
        "fulfillments": f"{FULFILLMENT}[]",
        "discountCodes": DISCOUNT_CODES,
        "customerJourneySummary": JOURNEY,
    },
    "LineItem": {
        **text("id title variantTitle vendor sku"),
        **columns("BIGINT", "quantity currentQuantity"),
        **columns("BOOLEAN", "isGiftCard requiresShipping taxable"),
        **columns(REF, "product variant"),
        "lineItemGroup": LINE_ITEM_GROUP,
        **columns(BAG, "originalUnitPriceSet originalTotalSet discountedTotalSet"),
        "totalDiscountSet": BAG,
        "discountAllocations": f"{DISCOUNT_ALLOCATION}[]",
    },
    "ShippingLine": {
        **text("id title code source"),
        "isRemoved": "BOOLEAN",
        **columns(BAG, "originalPriceSet discountedPriceSet"),
    },
    "SalesAgreement": {
        **text("id __typename happenedAt reason"),
        **columns(REF, "refund return"),
    },
    "Sale": {
        **text("id __typename actionType lineType"),
        "quantity": "BIGINT",
        **columns(
            BAG,
            "totalAmount totalDiscountAmountBeforeTaxes totalDiscountAmountAfterTaxes"
            " totalTaxAmount",
        ),
        **columns(REF, "lineItem shippingLine duty fee additionalFee"),
        "taxes": f"{SALE_TAX}[]",
    },
    "Return": {
        **text("id name status"),
        "totalQuantity": "BIGINT",
        **text("createdAt closedAt requestApprovedAt"),
    },
    "ReturnLineItem": {
        **text("id __typename"),
        **columns("BIGINT", "quantity refundedQuantity"),
        "returnReasonNote": "VARCHAR",
        "fulfillmentLineItem": struct(id="VARCHAR", lineItem=REF),
    },
    "Customer": {
        **text("id createdAt updatedAt firstName lastName state locale"),
        "tags": "VARCHAR[]",
        **columns("BOOLEAN", "taxExempt verifiedEmail"),
        "numberOfOrders": "VARCHAR",
        "amountSpent": MONEY,
        "defaultEmailAddress": struct(
            **text("emailAddress marketingState marketingOptInLevel marketingUpdatedAt")
        ),
        "defaultPhoneNumber": struct(
            **text("phoneNumber marketingState marketingOptInLevel marketingUpdatedAt")
        ),
        "defaultAddress": CUSTOMER_ADDRESS,
    },
    "Product": {
        **text("id title handle productType vendor status"),
        "isGiftCard": "BOOLEAN",
        "tags": "VARCHAR[]",
        **text("createdAt updatedAt"),
    },
    "ProductVariant": {
        **text("id title sku price barcode createdAt updatedAt"),
        **columns(REF, "product inventoryItem"),
    },
    **PAYMENTS,
    **STOCK,
    **BUYERS,
    **OWED,
}

# Treasury's files beside its rates, text as they print it.
CONTRACTED_FEES = """fee_id VARCHAR, system VARCHAR, account VARCHAR, payment_method VARCHAR, region VARCHAR,
    currency VARCHAR, fee_rate VARCHAR, fixed_amount VARCHAR, valid_from VARCHAR, valid_to VARCHAR,
    version BIGINT, agreed_by VARCHAR, updated_at VARCHAR, fee_basis VARCHAR"""
GATEWAY_MIGRATIONS = """migration_id VARCHAR, shop_account VARCHAR, payment_method VARCHAR, from_gateway VARCHAR,
    to_gateway VARCHAR, from_system VARCHAR, to_system VARCHAR, starts_on VARCHAR, ends_on VARCHAR,
    owner VARCHAR, severity VARCHAR, note VARCHAR, version BIGINT, updated_at VARCHAR"""


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create every table, empty, so a world without, say, returns still has the table."""
    con.execute("create schema if not exists shopify")
    for table, fields in COLUMNS.items():
        body = ", ".join(f'"{n}" {kind}' for n, kind in {**fields, **TECHNICAL}.items())
        con.execute(f'create table shopify."{table}" ({body})')
    con.execute("create schema if not exists rates")
    con.execute('create table rates.ecb ("date" DATE, currency VARCHAR, rate VARCHAR)')
    con.execute(
        "create table rates.treasury (rate_date VARCHAR, from_currency VARCHAR, to_currency VARCHAR,"
        " kind VARCHAR, rate VARCHAR, version VARCHAR, status VARCHAR, author VARCHAR, approved_by VARCHAR,"
        " approved_at VARCHAR, updated_at VARCHAR)"
    )
    con.execute(f"create table rates.contracted_fees ({CONTRACTED_FEES})")
    con.execute(f"create table rates.gateway_migrations ({GATEWAY_MIGRATIONS})")
