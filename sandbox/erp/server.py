"""The ERP's files: ``/item_codes.csv``, ``/item_costs.csv`` and ``/shipping_costs.csv``, listed by ``/index.csv``.

A bearer secret opens them; ``updated_since`` asks for what changed. Codes and costs hold from a day, and
the highest version of a day counts.
"""

from starlette.applications import Starlette

from sandbox import csv_drop
from sandbox.faults import PAGE_KINDS
from sandbox.world.model import AccountSpec, World

FILES = {
    "item_codes": "from erp.item_codes",
    "item_costs": "from erp.item_costs",
    "shipping_costs": """select shop_account, order_name, fulfillment_id, carrier, cost_amount, currency,
        invoiced_on, version, strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') as updated_at
        from truth.shipping_costs order by updated_at, shop_account, fulfillment_id""",
}
ENDPOINTS = ("index", *FILES)
REFUSED = {
    name: dict.fromkeys(PAGE_KINDS, "it is one CSV file, which has no pages") for name in ENDPOINTS
}
ERROR_TYPE = "text/plain"


def application(world: World, account: AccountSpec, secret: str) -> Starlette:
    del account
    return csv_drop.application(world.con, secret, FILES, has_index=True)


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    name = path.removeprefix("/").removesuffix(".csv")
    return name if path.endswith(".csv") and name in ENDPOINTS else ""


def error_body(status: int) -> bytes:
    return csv_drop.ERRORS[status].encode()
