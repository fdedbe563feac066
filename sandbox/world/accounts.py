"""The group's accounts beside its shops: payment providers, CRM and carrier aggregator. Constants only."""

from sandbox.world.model import AccountSpec

PAYMENTS_GMBH, PAYMENTS_KK, CRM, PARCELS = (
    AccountSpec(
        "stripe", "payments-gmbh", "nordlicht-gmbh", "Europe/Berlin", "EUR", "payments-team"
    ),
    AccountSpec("stripe", "payments-kk", "nordlicht-kk", "Asia/Tokyo", "JPY", "payments-team"),
    AccountSpec("hubspot", "crm", "group", "Europe/Berlin", "EUR", "crm-team"),
    AccountSpec("aftership", "parcels", "group", "Europe/Berlin", "EUR", "logistics-team"),
)
ACCOUNTS = [PAYMENTS_GMBH, PAYMENTS_KK, CRM, PARCELS]
