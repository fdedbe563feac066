"""The access each type and field needs, in the sentences of Shopify's own schema (``requiredAccess``).

Which scopes a sentence names is read from it by ``sandbox.shopify.access``.
"""

from graphql import GraphQLNamedType

from sandbox.shopify.schema import is_connection, node_type

ORDER_SALES = "`read_orders` access scope."
ORDERS = "`read_orders` access scope or `read_marketplace_orders` access scope."
RETURNS = "`read_returns` access scope or `read_marketplace_returns` access scope."
CUSTOMERS = "`read_customers` access scope."
PRODUCTS = "`read_products` access scope."
FULFILLMENTS = (
    "`read_orders` access scope, `read_marketplace_orders` access scope,"
    " `read_assigned_fulfillment_orders` access scope,"
    " `read_merchant_managed_fulfillment_orders` access scope,"
    " `read_third_party_fulfillment_orders` access scope or"
    " `read_marketplace_fulfillment_orders` access scope."
)
COMPANIES = (
    "`read_customers` access scope or `read_companies` access scope. Also: The shop must have"
    " access to B2B. Some operations may require additional plan capabilities."
)
CHECKOUTS = (
    "`read_orders` access scope. Also: The user must have manage_abandoned_checkouts permission."
    " When called by Shopify POS, the user must have the view_abandoned_checkouts retail permission."
)
INVENTORY = "`read_inventory` access scope."
LOCATIONS = "`read_locations` access scope."
PAYMENTS_ACCOUNT = (
    "the `read_shopify_payments` or the `read_shopify_payments_accounts` access scope."
)
GIFT_CARDS = "`read_gift_cards` access scope."
DRAFTS = "`read_draft_orders` access scope or `read_quick_sale` access scope."
DRAFTS_COUNTED = "`read_draft_orders` access scope."
BILLING = "`read_own_subscription_contracts` access scope."
SUBSCRIPTIONS = "the `read_own_subscription_contracts` or `write_own_subscription_contracts` scope."
PAYOUTS = "The user must have access to payouts."
DISPUTES = "User must have `read_shopify_payments_disputes` access."
TYPES: dict[str, str] = {
    "Order": (
        "`read_orders` access scope, `read_marketplace_orders` access scope or"
        " `read_quick_sale` access scope."
    ),
    "CashRoundingAdjustment": "`read_orders` access scope or `read_quick_sale` access scope.",
    "Fee": (
        "`read_returns` access scope and"
        " (`read_orders` access scope or `read_marketplace_orders` access scope)."
    ),
    "ShopifyPaymentsAccount": PAYMENTS_ACCOUNT,
    "Location": (
        "`read_locations` access scope, `read_inventory` access scope or `read_markets_home` access"
        " scope."
    ),
    **dict.fromkeys(("InventoryLevel", "InventoryQuantity"), INVENTORY),
    "InventoryItem": "`read_inventory` access scope or `read_products` access scope.",
    **dict.fromkeys(("Company", "CompanyContact", "CompanyLocation", "CompanyAddress"), COMPANIES),
    **dict.fromkeys(("AbandonedCheckout", "AbandonedCheckoutLineItem"), CHECKOUTS),
    **dict.fromkeys(("CustomerJourneySummary", "CustomerVisit"), ORDERS),
    "GiftCard": GIFT_CARDS,
    "DraftOrder": DRAFTS,
    **dict.fromkeys(
        (
            *("SubscriptionBillingAttempt", "SubscriptionBillingAttemptState"),
            *("SubscriptionBillingAttemptSuccessState", "SubscriptionBillingAttemptFailedState"),
            *("SubscriptionBillingAttemptError", "SubscriptionBillingAttemptPaymentError"),
        ),
        BILLING,
    ),
    **dict.fromkeys(
        (
            *("TenderTransaction", "TenderTransactionDetails"),
            "TenderTransactionCreditCardDetails",
        ),
        ORDER_SALES,
    ),
    **dict.fromkeys(("Customer", "CustomerEmailAddress", "CustomerPhoneNumber"), CUSTOMERS),
    **dict.fromkeys(("Product", "ProductVariant"), PRODUCTS),
    **dict.fromkeys(("Fulfillment", "FulfillmentTrackingInfo"), FULFILLMENTS),
    **dict.fromkeys(
        (
            *("Return", "ReturnLineItem", "ReturnLineItemType", "UnverifiedReturnLineItem"),
            *("RestockingFee", "ReturnShippingFee"),
        ),
        RETURNS,
    ),
    **dict.fromkeys(
        (
            *("LineItem", "FulfillmentLineItem", "OrderTransaction", "Refund", "SalesAgreement"),
            *("OrderAgreement", "OrderEditAgreement", "RefundAgreement", "ReturnAgreement"),
        ),
        ORDERS,
    ),
    **dict.fromkeys(
        (
            *("Sale", "ProductSale", "ShippingLineSale", "DutySale", "FeeSale", "TipSale"),
            *("AdditionalFeeSale", "AdjustmentSale", "GiftCardSale", "UnknownSale"),
            *("SaleAdditionalFee", "SaleTax", "Duty", "LineItemGroup"),
        ),
        ORDER_SALES,
    ),
}
# Types whose sentence names no access scope; what the last one asks for is told in the scopes' own list.
PAYMENTS_TYPES: dict[str, str] = {
    **dict.fromkeys(
        (
            *("ShopifyPaymentsBalanceTransaction", "ShopifyPaymentsAdjustmentOrder"),
            *("ShopifyPaymentsAssociatedOrder", "ShopifyPaymentsPayout"),
            *("ShopifyPaymentsBalanceTransactionAssociatedPayout", "ShopifyPaymentsPayoutSummary"),
        ),
        PAYOUTS,
    ),
    **dict.fromkeys(("ShopifyPaymentsDispute", "ShopifyPaymentsDisputeReasonDetails"), DISPUTES),
    **dict.fromkeys(
        ("SubscriptionContract", "SubscriptionLine", "SubscriptionBillingPolicy"), SUBSCRIPTIONS
    ),
}
UNNAMED = {PAYOUTS: "read_shopify_payments_payouts"}
# Fields that ask for more than what they give does: (type, field).
FIELDS: dict[tuple[str, str], str] = {
    **{("InventoryItem", name): INVENTORY for name in ("inventoryLevels", "locationsCount")},
    **{
        ("Location", name): LOCATIONS
        for name in (
            *("address", "createdAt", "deactivatedAt", "fulfillsOnlineOrders", "isActive"),
            *("hasActiveInventory", "isFulfillmentService", "shipsInventory", "updatedAt"),
        )
    },
    ("Location", "id"): TYPES["Location"],
    ("Location", "name"): "`read_locations` access scope or `read_markets_home` access scope.",
}
COUNTS: dict[str, str] = {
    "abandonedCheckoutsCount": CHECKOUTS,
    "companiesCount": COMPANIES,
    "draftOrdersCount": DRAFTS_COUNTED,
    "giftCardsCount": GIFT_CARDS,
    "ordersCount": ORDERS,
    "customersCount": CUSTOMERS,
    "productsCount": PRODUCTS,
    "productVariantsCount": PRODUCTS,
}
# What an app of the group is granted, and what each scope is called.
SCOPES = {
    "read_all_orders": "Read all orders",
    "read_customers": "Read customers",
    "read_draft_orders": "Read draft orders",
    "read_gift_cards": "Read gift cards",
    "read_inventory": "Read inventory",
    "read_locations": "Read locations",
    "read_orders": "Read orders",
    "read_own_subscription_contracts": "Read own subscription contracts",
    "read_products": "Read products",
    "read_returns": "Read returns",
    "read_shopify_payments_accounts": "Read Shopify Payments accounts",
    "read_shopify_payments_disputes": "Read Shopify Payments disputes",
    "read_shopify_payments_payouts": "Read Shopify Payments payouts",
}


def requirement(field_name: str, kind: GraphQLNamedType, owner: str = "") -> str | None:
    """The sentence for a field of ``owner`` that gives ``kind``; a connection needs what its nodes need."""
    if field_name in COUNTS and kind.name == "Count":
        return COUNTS[field_name]
    if (owner, field_name) in FIELDS:
        return FIELDS[owner, field_name]
    given = node_type(kind).name if is_connection(kind) else kind.name
    return TYPES.get(given) or PAYMENTS_TYPES.get(given)
