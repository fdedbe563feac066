"""Raw rows of a payment provider beside the shops of :mod:`tiny_world`: who paid which order."""

from dataclasses import dataclass
from typing import Any

from tests.dbt_project.tiny_world import Order, World, at, log

PAYMENTS = "payments-gmbh"
CREATED = at("2026-03-01 09:00")


@dataclass
class Payers:
    """Stripe of a world, as far as people go; each method adds raw rows."""

    world: World

    def __post_init__(self) -> None:
        self.world.account("stripe", PAYMENTS, "nordlicht-gmbh", "Europe/Berlin", "EUR")

    def customer(
        self,
        customer_id: str,
        email: str | None = None,
        *,
        shop_customer: tuple[str, str] | None = None,
        **columns: Any,
    ) -> str:
        if shop_customer:
            columns["metadata__shop"] = f"{shop_customer[0]}.myshopify.com"
            columns["metadata__shopify_customer_id"] = shop_customer[1]
        self.world.add(
            "raw_stripe",
            "customers",
            id=customer_id,
            email=email,
            created=CREATED,
            **columns,
            **log(PAYMENTS, CREATED),
        )
        return customer_id

    def charge(self, charge_id: str, customer: str | None, order: Order) -> str:
        """A captured charge for an order, paid by that PSP customer."""
        self.world.add(
            "raw_stripe",
            "charges",
            id=charge_id,
            amount=1000,
            amount_captured=1000,
            amount_refunded=0,
            currency="eur",
            status="succeeded",
            captured=True,
            paid=True,
            refunded=False,
            disputed=False,
            livemode=True,
            created=order.processed,
            customer=customer,
            metadata__shop=f"{order.account}.myshopify.com",
            metadata__order_id=order.id,
            **log(PAYMENTS, order.processed),
        )
        return charge_id

    def dispute(self, dispute_id: str, charge_id: str, status: str = "needs_response") -> None:
        self.world.add(
            "raw_stripe",
            "disputes",
            id=dispute_id,
            amount=1000,
            currency="eur",
            charge=charge_id,
            reason="fraudulent",
            status=status,
            created=CREATED,
            **log(PAYMENTS, CREATED),
        )
