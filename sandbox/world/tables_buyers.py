"""Vendor-shaped tables of buyers: companies, checkouts they left, what shops note of them, how they came."""

from sandbox.world.shapes import BAG, MONEY, REF, columns, struct, text

COUNT = struct(count="BIGINT", precision="VARCHAR")
UTM = struct(**text("campaign content medium source term"))
VISIT = struct(
    **text(
        "id occurredAt landingPage referrerUrl referralCode source sourceDescription sourceType"
    ),
    utmParameters=UTM,
)
JOURNEY = struct(
    ready="BOOLEAN",
    **columns("BIGINT", "customerOrderIndex daysToConversion"),
    **columns(VISIT, "firstVisit lastVisit"),
    momentsCount=COUNT,
)
DISCOUNT_CODES = "VARCHAR[]"
TAX_LINE = struct(title="VARCHAR", rate="DOUBLE", channelLiable="BOOLEAN", source="VARCHAR")
SENT_TO = struct(
    **text("firstName lastName company address1 city zip provinceCode countryCodeV2 phone")
)
COMPANY_ADDRESS = struct(
    **text("id address1 city zip zoneCode countryCode companyName phone createdAt updatedAt")
)

BUYERS: dict[str, dict[str, str]] = {
    "Company": {
        **text("id name externalId note createdAt updatedAt customerSince"),
        "totalSpent": MONEY,
        **columns(COUNT, "contactsCount locationsCount ordersCount"),
        "mainContact": REF,
    },
    "CompanyContact": {
        **text("id createdAt updatedAt title locale"),
        "isMainContact": "BOOLEAN",
        **columns(REF, "company customer"),
    },
    "CompanyLocation": {
        **text("id name externalId note phone locale currency createdAt updatedAt"),
        "company": REF,
        **columns(COMPANY_ADDRESS, "billingAddress shippingAddress"),
    },
    "AbandonedCheckout": {
        **text("id name note abandonedCheckoutUrl createdAt updatedAt completedAt"),
        "customer": REF,
        "taxesIncluded": "BOOLEAN",
        "discountCodes": "VARCHAR[]",
        **columns(
            BAG,
            "subtotalPriceSet totalDiscountSet totalDutiesSet totalLineItemsPriceSet totalPriceSet"
            " totalTaxSet",
        ),
        "taxLines": f"{TAX_LINE}[]",
        **columns(SENT_TO, "billingAddress shippingAddress"),
    },
    "AbandonedCheckoutLineItem": {
        **text("id title variantTitle sku"),
        "quantity": "BIGINT",
        **columns(REF, "product variant"),
        **columns(
            BAG,
            "originalUnitPriceSet originalTotalPriceSet discountedUnitPriceSet"
            " discountedTotalPriceSet",
        ),
    },
    "Metafield": {
        **text("id namespace key type value ownerType createdAt updatedAt compareDigest"),
        "sizeInBytes": "BIGINT",
    },
}
