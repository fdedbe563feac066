"""What each type may be searched by: the filters that Shopify's documentation names for its ``query``."""

# name -> (how it compares, column). What compares as a word does so without regard to case.
COMMON = {"id": ("id", '"id"'), "updated_at": ("time", '"updatedAt"')}
CREATED = {"created_at": ("time", '"createdAt"')}
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "Order": {
        **COMMON,
        **CREATED,
        "processed_at": ("time", '"processedAt"'),
        "name": ("word", '"name"'),
        "email": ("word", '"email"'),
        "test": ("flag", '"test"'),
        "status": ("state", ""),
        "customer_id": ("id", '"customer"."id"'),
        "financial_status": ("word", '"displayFinancialStatus"'),
        "fulfillment_status": ("word", '"displayFulfillmentStatus"'),
        "return_status": ("word", '"returnStatus"'),
        "source_name": ("word", '"sourceName"'),
        "tag": ("list", '"tags"'),
    },
    "Customer": {
        **COMMON,
        **CREATED,
        "customer_date": ("time", '"createdAt"'),
        "email": ("word", '"defaultEmailAddress"."emailAddress"'),
        "phone": ("word", '"defaultPhoneNumber"."phoneNumber"'),
        "first_name": ("word", '"firstName"'),
        "last_name": ("word", '"lastName"'),
        "state": ("word", '"state"'),
        "tag": ("list", '"tags"'),
    },
    "Product": {
        **COMMON,
        **CREATED,
        "gift_card": ("flag", '"isGiftCard"'),
        **{name: ("word", f'"{name}"') for name in ("handle", "status", "title", "vendor")},
        "product_type": ("word", '"productType"'),
        "tag": ("list", '"tags"'),
    },
    "ProductVariant": {
        **COMMON,
        "product_id": ("id", '"product"."id"'),
        **{name: ("word", f'"{name}"') for name in ("sku", "title", "barcode")},
    },
    "TenderTransaction": {
        "id": ("id", '"id"'),
        "processed_at": ("time", '"processedAt"'),
        "test": ("flag", '"test"'),
    },
    "ShopifyPaymentsBalanceTransaction": {
        "id": ("id", '"id"'),
        "processed_at": ("time", '"transactionDate"'),
        "payments_transfer_id": ("id", '"associatedPayout"."id"'),
        "payout_status": ("word", '"associatedPayout"."status"'),
        "transaction_type": ("word", '"type"'),
        "currency": ("word", '"amount"."currencyCode"'),
    },
    "ShopifyPaymentsPayout": {
        "id": ("id", '"id"'),
        "issued_at": ("time", '"issuedAt"'),
        "status": ("word", '"status"'),
        "currency": ("word", '"net"."currencyCode"'),
    },
    "ShopifyPaymentsDispute": {
        "id": ("id", '"id"'),
        "initiated_at": ("time", '"initiatedAt"'),
        "status": ("word", '"status"'),
    },
    "Location": {
        "id": ("id", '"id"'),
        "location_id": ("id", '"id"'),
        **CREATED,
        "name": ("word", '"name"'),
        "city": ("word", '"address"."city"'),
        "country": ("word", '"address"."country"'),
        "zip": ("word", '"address"."zip"'),
    },
    "InventoryItem": {**COMMON, **CREATED, "sku": ("word", '"sku"')},
    "InventoryLevel": {**COMMON, **CREATED, "inventory_item_id": ("id", '"item"."id"')},
    "Company": {
        **COMMON,
        **CREATED,
        "since_date": ("time", '"customerSince"'),
        "name": ("word", '"name"'),
        "external_id": ("word", '"externalId"'),
    },
    "CompanyContact": {**COMMON, **CREATED, "company_id": ("id", '"company"."id"')},
    "CompanyLocation": {
        **COMMON,
        **CREATED,
        "company_id": ("id", '"company"."id"'),
        "name": ("word", '"name"'),
        "external_id": ("word", '"externalId"'),
    },
    "AbandonedCheckout": {
        **COMMON,
        **CREATED,
        "recovery_state": ("state", ""),
        "status": ("state", ""),
    },
    "GiftCard": {"id": ("id", '"id"'), **CREATED, "customer_id": ("id", '"customer"."id"')},
    "DraftOrder": {
        **COMMON,
        **CREATED,
        "customer_id": ("id", '"customer"."id"'),
        "status": ("word", '"status"'),
    },
    "SubscriptionContract": {
        **COMMON,
        **CREATED,
        "customer_id": ("id", '"customer"."id"'),
        "status": ("word", '"status"'),
    },
    "BulkOperation": {
        "id": ("id", '"id"'),
        **CREATED,
        "status": ("word", '"status"'),
        "operation_type": ("word", '"type"'),
    },
}
# A word alone is looked for in these.
DEFAULT_COLUMNS = {
    "Order": ('"name"', '"email"'),
    "Customer": ('"firstName"', '"lastName"', '"defaultEmailAddress"."emailAddress"'),
    "Product": ('"title"', '"vendor"', '"productType"'),
    "ProductVariant": ('"title"', '"sku"'),
    "BulkOperation": ('"id"',),
}
# Words that stand for a condition, by type and filter.
STATES: dict[tuple[str, str], dict[str, str]] = {
    ("Order", "status"): {
        "open": '"closedAt" is null and "cancelledAt" is null',
        "closed": '"closedAt" is not null',
        "cancelled": '"cancelledAt" is not null',
        "not_closed": '"closedAt" is null',
        "any": "true",
    },
    ("AbandonedCheckout", "status"): {
        "open": '"completedAt" is null',
        "closed": '"completedAt" is not null',
    },
    ("AbandonedCheckout", "recovery_state"): {
        "recovered": '"completedAt" is not null',
        "not_recovered": '"completedAt" is null',
    },
}
