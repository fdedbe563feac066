"""What happened in a world between two moments, as the events its vendors would have sent.

Shopify's bodies are REST-shaped: ``id`` is a number, ``admin_graphql_api_id`` the exact id; they hold the
fields that a receiver looks at, not all of them. Stripe's are its events, whole; Adyen's are one notification item each.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import orjson

from sandbox.webhooks.adyen import notifications
from sandbox.webhooks.delivery import Delivery, event_id
from sandbox.world import World

NUMBER = "cast(regexp_extract({}, '[0-9]+$') as ubigint)"
ORDER = f"""{{'id': {NUMBER.format('o."id"')}, 'admin_graphql_api_id': o."id", 'name': o."name",
    'created_at': o."createdAt", 'updated_at': o."updatedAt", 'processed_at': o."processedAt",
    'cancelled_at': o."cancelledAt", 'currency': o."currencyCode", 'test': o."test",
    'email': o."email", 'financial_status': lower(o."displayFinancialStatus"),
    'total_price': o."totalPriceSet"."shopMoney"."amount"}}"""
CUSTOMER = f"""{{'id': {NUMBER.format('o."id"')}, 'admin_graphql_api_id': o."id",
    'first_name': o."firstName", 'last_name': o."lastName",
    'created_at': o."createdAt", 'updated_at': o."updatedAt"}}"""
PRODUCT = f"""{{'id': {NUMBER.format('o."id"')}, 'admin_graphql_api_id': o."id", 'title': o."title",
    'created_at': o."createdAt", 'updated_at': o."updatedAt"}}"""
PART = f"""{{'id': {NUMBER.format('part."id"')}, 'admin_graphql_api_id': part."id",
    'order_id': {NUMBER.format('o."id"')}, 'created_at': part."createdAt"}}"""
# Topic -> where its objects are, the moment it happened, its condition, its body.
SHOPIFY: dict[str, tuple[str, str, str, str]] = {
    "orders/create": ('shopify."Order" as o', 'o."createdAt"', "true", ORDER),
    "orders/updated": (
        'shopify."Order" as o',
        'o."updatedAt"',
        'o."updatedAt" > o."createdAt"',
        ORDER,
    ),
    "orders/cancelled": ('shopify."Order" as o', 'o."cancelledAt"', "true", ORDER),
    "refunds/create": (
        'shopify."Order" as o, unnest(o."refunds") as p(part)',
        'part."createdAt"',
        "true",
        PART,
    ),
    "fulfillments/create": (
        'shopify."Order" as o, unnest(o."fulfillments") as p(part)',
        'part."createdAt"',
        "true",
        PART,
    ),
    "customers/create": ('shopify."Customer" as o', 'o."createdAt"', "true", CUSTOMER),
    "customers/update": (
        'shopify."Customer" as o',
        'o."updatedAt"',
        'o."updatedAt" > o."createdAt"',
        CUSTOMER,
    ),
    "products/update": (
        'shopify."Product" as o',
        'o."updatedAt"',
        'o."updatedAt" > o."createdAt"',
        PRODUCT,
    ),
}


def between(world: World, after: datetime, until: datetime) -> list[Delivery]:
    """Every event after one moment and up to another, in the order they happened."""
    con = world.con.cursor()
    begin, end = (_naive(moment) for moment in (after, until))
    found = [
        *_shopify(con, world, begin, end),
        *_stripe(con, world, begin, end),
        *notifications(con, world, begin, end),
    ]
    return sorted(found, key=lambda delivery: (delivery.happened_at, delivery.event_id))


def _shopify(
    con: duckdb.DuckDBPyConnection, world: World, after: datetime, until: datetime
) -> Iterator[Delivery]:
    domains = dict(con.execute('select "_shop", "myshopifyDomain" from shopify."Shop"').fetchall())
    accounts = {shop.account for shop in world.shops}
    for topic, (source, moment, condition, body) in SHOPIFY.items():
        rows = con.execute(
            f"""select * from (
                select o."_shop", try_cast({moment} as timestamp) as happened,
                    cast(to_json({body}) as varchar) as body
                from {source} where {condition})
            where happened > ? and happened <= ?""",
            [after, until],
        ).fetchall()
        for shop, happened, text in rows:
            if shop in accounts:
                yield _of_shop(shop, domains[shop], topic, happened, text.encode())
    yield from _merges(con, domains, after, until)


def _merges(
    con: duckdb.DuckDBPyConnection, domains: dict[str, str], after: datetime, until: datetime
) -> Iterator[Delivery]:
    if not _has(con, "truth", "customer_merges"):  # a replayed table has no people of its own
        return
    rows = con.execute(
        """select account, kept_customer_id, deleted_customer_id, merged_at from truth.customer_merges
        where merged_at > ? and merged_at <= ?""",
        [after, until],
    ).fetchall()
    for shop, kept, deleted, moment in rows:
        body: dict[str, Any] = {
            "admin_graphql_api_customer_kept_id": f"gid://shopify/Customer/{kept}",
            "admin_graphql_api_customer_deleted_id": f"gid://shopify/Customer/{deleted}",
            "admin_graphql_api_job_id": None,
            "status": "completed",
            "errors": [],
        }
        yield _of_shop(shop, domains[shop], "customers/merge", moment, orjson.dumps(body))


def _of_shop(shop: str, domain: str, topic: str, moment: datetime, body: bytes) -> Delivery:
    cause = event_id(shop, topic, moment.isoformat(), body.decode())
    return Delivery("shopify", shop, topic, cause, moment, body, domain)


def _stripe(
    con: duckdb.DuckDBPyConnection, world: World, after: datetime, until: datetime
) -> Iterator[Delivery]:
    for spec in world.accounts:
        if spec.system != "stripe":
            continue
        rows = con.execute(
            """select shown.id, shown.type, shown.created, psp_text(shown)
            from (select * exclude (_account, _seq) from stripe.events
                where _account = ? and created > ? and created <= ?) as shown""",
            [spec.account, *(int(m.replace(tzinfo=UTC).timestamp()) for m in (after, until))],
        ).fetchall()
        for id_, type_, created, text in rows:
            moment = datetime.fromtimestamp(created, UTC).replace(tzinfo=None)
            yield Delivery("stripe", spec.account, type_, id_, moment, text.encode())


def _has(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = con.execute(
        "select 1 from duckdb_tables() where schema_name = ? and table_name = ?", [schema, table]
    )
    return bool(found.fetchall())


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
