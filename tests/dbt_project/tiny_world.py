"""A commerce group small enough to know by heart: helpers that build its raw rows.

A test says only what matters to it (who, when, how much); everything else is a default. The cases
themselves, people and orders by name, are in ``people.py``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingestion import systems
from tests.dbt_project import raw_tables

at = datetime.fromisoformat  # all raw times are UTC without a zone

LOAD = "1790000000.1"
KILLED_LOAD = "1790000000.2"
RECEIVED = at("2026-10-15 06:00")
GROUP = {"group_currency": "EUR", "group_zone": "Europe/Berlin"}
SHOPS = {
    "nordlicht-de": ("nordlicht-gmbh", "Europe/Berlin", "EUR"),
    "nordlicht-world": ("nordlicht-gmbh", "America/New_York", "USD"),
    "nordlicht-jp": ("nordlicht-kk", "Asia/Tokyo", "JPY"),
}
SALE_TYPES = {
    "PRODUCT": "ProductSale",
    "SHIPPING": "ShippingLineSale",
    "ADJUSTMENT": "AdjustmentSale",
    "TIP": "TipSale",
    "GIFT_CARD": "GiftCardSale",
    "DUTY": "DutySale",
    "FEE": "FeeSale",
    "ADDITIONAL_FEE": "AdditionalFeeSale",
    "UNKNOWN": "UnknownSale",
}


def gid(kind: str, tail: str | int) -> str:
    return f"gid://shopify/{kind}/{tail}"


def bag(path: str, amount: str, currency: str, factor: str = "1") -> dict[str, Any]:
    """The four columns of a MoneyBag; the buyer's currency is the shop's here, times ``factor``."""
    return {
        f"{path}__shop_money__amount": Decimal(amount),
        f"{path}__shop_money__currency_code": currency,
        f"{path}__presentment_money__amount": Decimal(amount) * Decimal(factor),
        f"{path}__presentment_money__currency_code": currency,
    }


@dataclass
class World:
    """Rows per (schema, table); ``write`` makes a warehouse file of them."""

    as_of: datetime = RECEIVED
    rows: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    next_id: int = 9007199254740993  # 2^53 + 1: an id that a float would lose

    def __post_init__(self) -> None:
        for system in systems():
            self.add(f"raw_{system}", "_dlt_loads", load_id=LOAD, status=0)
            self.add(f"raw_{system}", "_dlt_loads", load_id=KILLED_LOAD, status=1)
        self.add("raw_group", "run_context", as_of=self.as_of, group_name="Tiny", **GROUP)
        for account, (entity, zone, currency) in SHOPS.items():
            self.account("shopify", account, entity, zone, currency)
            domain = f"{account}.myshopify.com"
            self.add(
                "raw_shopify",
                "shops",
                id=gid("Shop", account),
                myshopify_domain=domain,
                **log(account, at("2025-01-01")),
            )
        self.account("ecb", "ecb", "group", "Europe/Berlin", "EUR")
        self.account("treasury", "treasury", "group", "Europe/Berlin", "EUR")

    def add(self, schema: str, table: str, **row: Any) -> None:
        self.rows.setdefault((schema, table), []).append(row)

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id

    def account(self, system: str, account: str, entity: str, zone: str, currency: str) -> None:
        self.add(
            "raw_group",
            "accounts",
            system=system,
            account=account,
            legal_entity=entity,
            zone=zone,
            currency=currency,
            owner="shop-team",
            **GROUP,
        )

    def ecb(self, day: date, currency: str, rate: str, received: datetime = RECEIVED) -> None:
        """A reference rate: units of ``currency`` per euro."""
        self.add(
            "raw_ecb",
            "exchange_rates",
            currency=currency,
            currency_denom="EUR",
            time_period=day,
            obs_value=Decimal(rate),
            **log("ecb", datetime.combine(day, datetime.min.time()), received, rate),
        )

    def treasury(self, day: date, pair: tuple[str, str], rate: str, version: int = 1) -> None:
        self.add(
            "raw_treasury",
            "rates",
            rate_date=day,
            from_currency=pair[0],
            to_currency=pair[1],
            kind="transaction",
            rate=Decimal(rate),
            version=version,
            status="approved",
            author="treasury-desk",
            approved_by="group-treasurer",
            approved_at=RECEIVED,
            updated_at=RECEIVED,
            **log("treasury", RECEIVED, RECEIVED, f"{rate}v{version}"),
        )

    def customer(self, account: str, email: str | None, **columns: Any) -> str:
        """A customer record; gives back its id as the marts know it."""
        tail = str(self.new_id())
        created = columns.pop("created_at", at("2025-01-01"))
        self.add(
            "raw_shopify",
            "customers",
            id=gid("Customer", tail),
            created_at=created,
            updated_at=created,
            default_email_address__email_address=email,
            **log(account, created),
            **columns,
        )
        return tail

    def assign(self, account: str, source_id: str, key: str, rule: str = "vendor_id") -> None:
        self.add(
            "raw_identity",
            "assignments",
            system="shopify",
            account=account,
            source_id=source_id,
            customer_key=key,
            rule=rule,
            evidence=f"evidence of {key}",
            valid_from=at("2025-01-01"),
            recorded_at=self.as_of,
        )

    def order(self, account: str, name: str, processed_at: datetime, **columns: Any) -> "Order":
        return Order(self, account, name, processed_at, columns)

    def write(self, path: Path) -> Path:
        raw_tables.write(path, self.rows)
        return path


def log(
    account: str, version: datetime, received: datetime = RECEIVED, content: str = "h"
) -> dict[str, Any]:
    """The columns that landing adds."""
    return {
        "account": account,
        "_version_at": version,
        "_received_at": received,
        "_version_hash": content,
        "_deleted": False,
        "_dlt_load_id": LOAD,
    }


class Order:
    """One version of an order and its children. ``version_at`` sets it apart from other versions."""

    def __init__(
        self, world: World, account: str, name: str, processed: datetime, columns: dict[str, Any]
    ) -> None:
        self.world, self.account, self.name, self.processed = world, account, name, processed
        self.currency = SHOPS[account][2]
        self.id = str(columns.pop("id", None) or world.new_id())
        customer = columns.pop("customer", None)
        self.log = log(
            account,
            columns.pop("version_at", processed),
            columns.pop("received_at", RECEIVED),
        )
        self.log["_dlt_load_id"] = columns.pop("load_id", LOAD)
        money = {
            path: columns.pop(short, "0")
            for path, short in (
                ("total_outstanding_set", "outstanding"),
                ("total_cash_rounding_adjustment__payment_set", "rounding"),
                ("total_cash_rounding_adjustment__refund_set", "refund_rounding"),
            )
        }
        row = {
            "id": gid("Order", self.id),
            "name": name,
            "created_at": processed,
            "processed_at": processed,
            "updated_at": self.log["_version_at"],
            "test": False,
            "currency_code": self.currency,
            "presentment_currency_code": self.currency,
            "display_financial_status": "PAID",
            "source_name": "web",
            "customer__id": gid("Customer", customer) if customer else None,
            **self.log,
            **columns,
        }
        for path, amount in money.items():
            row |= bag(path, amount, self.currency)
        world.add("raw_shopify", "orders", **row)
        self.placement = self.agreement("OrderAgreement", processed)

    def child(self, table: str, **row: Any) -> None:
        self.world.add("raw_shopify", table, order_id=gid("Order", self.id), **self.log, **row)

    def line(self, sku: str = "sock") -> str:
        tail = str(self.world.new_id())
        self.child("line_items", id=gid("LineItem", tail), sku=sku, title=sku, quantity=1)
        return tail

    def agreement(self, kind: str, happened_at: datetime) -> str:
        tail = str(self.world.new_id())
        self.child("agreements", id=gid(kind, tail), typename=kind, happened_at=happened_at)
        return tail

    def sale(
        self,
        total: str,
        tax: str = "0",
        discount: str = "0",
        *,
        kind: str = "PRODUCT",
        action: str = "ORDER",
        line: str | None = None,
        agreement: str | None = None,
        **columns: Any,
    ) -> str:
        """A sale of ``total`` after discount and tax, in the placement unless told. Gives its id."""
        tail = str(columns.pop("id", None) or self.world.new_id())
        self.child(
            "sales",
            id=gid("Sale", tail),
            agreement_id=gid("Agreement", agreement or self.placement),
            typename=SALE_TYPES[kind],
            action_type=action,
            line_type=kind,
            quantity=1,
            line_item__id=gid("LineItem", line) if line else None,
            **bag("total_amount", total, self.currency),
            **bag("total_discount_amount_before_taxes", discount, self.currency),
            **bag("total_discount_amount_after_taxes", discount, self.currency),
            **bag("total_tax_amount", tax, self.currency),
            **columns,
        )
        return tail

    def paid(self, kind: str, at: datetime, amount: str = "1") -> None:
        """A successful transaction of that kind: SALE, CAPTURE, AUTHORIZATION, VOID, REFUND."""
        self.child(
            "transactions",
            id=gid("OrderTransaction", self.world.new_id()),
            kind=kind,
            status="SUCCESS",
            processed_at=at,
            created_at=at,
            **bag("amount_set", amount, self.currency),
        )

    def ship(self, at: datetime, numbers: tuple[str, ...] = (), **columns: Any) -> str:
        tail = str(self.world.new_id())
        shipment = gid("Fulfillment", tail)
        row = {"status": "SUCCESS", "display_status": "IN_TRANSIT", "updated_at": at} | columns
        self.child("fulfillments", id=shipment, created_at=at, **row)
        for position, number in enumerate(numbers):
            self.child(
                "tracking_info",
                fulfillment_id=shipment,
                position=position,
                company="DHL",
                number_hash=f"hash of {number}",
            )
        return tail


def days_before(moment: datetime, days: int) -> datetime:
    return moment - timedelta(days=days)
