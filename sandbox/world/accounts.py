"""The group's accounts beside its shops: payment providers, CRMs, carrier aggregator, support. Constants only."""

from sandbox.world.model import AccountSpec

PAYMENTS_GMBH, PAYMENTS_KK, CRM, PARCELS, NEWSLETTER, SALES_EU, SALES_JP, SUPPORT = (
    AccountSpec(
        "stripe", "payments-gmbh", "nordlicht-gmbh", "Europe/Berlin", "EUR", "payments-team"
    ),
    AccountSpec("stripe", "payments-kk", "nordlicht-kk", "Asia/Tokyo", "JPY", "payments-team"),
    AccountSpec("hubspot", "crm", "group", "Europe/Berlin", "EUR", "crm-team"),
    AccountSpec("aftership", "parcels", "group", "Europe/Berlin", "EUR", "logistics-team"),
    AccountSpec("email_tool", "newsletter", "group", "Europe/Berlin", "EUR", "marketing-analytics"),
    AccountSpec("salesforce", "sales-eu", "nordlicht-gmbh", "Europe/Berlin", "EUR", "sales-team"),
    AccountSpec("salesforce", "sales-jp", "nordlicht-kk", "Asia/Tokyo", "JPY", "sales-team"),
    AccountSpec("zendesk", "support", "group", "Europe/Berlin", "EUR", "support-team"),
)
ADYEN_GMBH, ADYEN_KK, PAYPAL_GMBH = (
    AccountSpec(
        "adyen", "adyen-gmbh", "nordlicht-gmbh", "Europe/Amsterdam", "EUR", "payments-team"
    ),
    AccountSpec("adyen", "adyen-kk", "nordlicht-kk", "Asia/Tokyo", "JPY", "payments-team"),
    AccountSpec("paypal", "paypal-gmbh", "nordlicht-gmbh", "Europe/Berlin", "EUR", "payments-team"),
)
BANK_GMBH, BANK_KK, ERP = (
    AccountSpec("bank", "bank-gmbh", "nordlicht-gmbh", "Europe/Berlin", "EUR", "treasury-team"),
    AccountSpec("bank", "bank-kk", "nordlicht-kk", "Asia/Tokyo", "JPY", "treasury-team"),
    AccountSpec("erp", "erp", "group", "Europe/Berlin", "EUR", "controlling-team"),
)
ACCOUNTS = [
    *(PAYMENTS_GMBH, PAYMENTS_KK, CRM, PARCELS, NEWSLETTER, SALES_EU, SALES_JP, SUPPORT),
    *(ADYEN_GMBH, ADYEN_KK, PAYPAL_GMBH, BANK_GMBH, BANK_KK, ERP),
]
