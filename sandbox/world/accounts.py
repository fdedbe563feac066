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
ACCOUNTS = [PAYMENTS_GMBH, PAYMENTS_KK, CRM, PARCELS, NEWSLETTER, SALES_EU, SALES_JP, SUPPORT]
