"""Shopify Admin GraphQL 2026-07 -> ``raw_shopify``.

Grain:    one row per version of an object, keyed (account, id). Children of an order are one row per
          order version; a sale is keyed (agreement_id, id), because the same sale stands in a return's
          agreement and again in the later refund's.
Cursor:   ``updatedAt`` per stream, re-read five minutes back: Shopify's search index lags.
Gotchas:  agreements can't be fetched by id, so what overflows inside one is reached through its
          order; ``productVariantsCount`` and ``companiesCount`` take no filter; what Shopify gives no
          count of is proven by its ids; payments change without an updated time; without ``read_all_orders`` Shopify shows
          60 days of orders and says nothing; money is text, in shop and presentment currency.
Source:   shopify.dev, Admin GraphQL 2026-07: schema, bulk operations, rate limits, access scopes.
"""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from ingestion import shopify_by_id, shopify_load, shopify_sweep
from ingestion import shopify_journeys as journeys
from ingestion import shopify_orders as orders
from ingestion import shopify_owed as owed
from ingestion import shopify_payments as payments
from ingestion import shopify_people as people
from ingestion import shopify_stock as stock
from ingestion.request import Request
from ingestion.shopify_counts import OBJECT_COUNTS
from ingestion.shopify_metafields import metafields_of
from ingestion.shopify_questions import shipped
from ingestion.shopify_streams import Stream
from ingestion.shopify_sweep import swept
from ingestion.sweep import Known, Swept
from ingestion.tables import Table, columns
from ingestion.types import boolean, json, money, text, timestamp

# What the documents need, and read_all_orders for orders older than 60 days.
SCOPES = (
    *("read_all_orders", "read_customers", "read_draft_orders", "read_gift_cards"),
    *("read_inventory", "read_locations", "read_orders", "read_own_subscription_contracts"),
    *("read_products", "read_returns", "read_shopify_payments_accounts"),
    *("read_shopify_payments_disputes", "read_shopify_payments_payouts"),
)

SHOPS = Table(
    "shops",
    cursor="updatedAt",
    nodes=("Shop",),
    columns=columns(
        (text, "id name myshopifyDomain currencyCode ianaTimezone shopAddress.countryCodeV2"),
        (boolean, "taxesIncluded"),
        (timestamp, "createdAt updatedAt"),
        (json, "enabledPresentmentCurrencies"),
    ),
)

PRODUCTS = Table(
    "products",
    cursor="updatedAt",
    nodes=("Product",),
    columns=columns(
        (text, "id title handle productType vendor status"),
        (boolean, "isGiftCard"),
        (json, "tags"),
        (timestamp, "createdAt updatedAt"),
    ),
)

PRODUCT_METAFIELDS = metafields_of(PRODUCTS, "product")

PRODUCT_VARIANTS = Table(
    "product_variants",
    cursor="updatedAt",
    nodes=("ProductVariant",),
    amount="price",
    columns=columns(
        (text, "id title sku barcode product.id"),
        (money, "price"),
        (timestamp, "createdAt updatedAt"),
    ),
)

STREAMS = (
    Stream("shops", (SHOPS,), "shop", is_object=True),
    Stream(
        "orders",
        (
            *(orders.ORDERS, orders.LINE_ITEMS, orders.DISCOUNT_ALLOCATIONS, orders.SHIPPING_LINES),
            *(orders.AGREEMENTS, orders.SALES, orders.SALE_TAXES, orders.TRANSACTIONS),
            *(orders.REFUNDS, orders.FULFILLMENTS, orders.TRACKING_INFO),
        ),
        "orders",
        count="ordersCount",
    ),
    Stream(
        "returns",
        (orders.ORDERS_OF_RETURNS, orders.RETURNS, orders.RETURN_LINE_ITEMS),
        "orders",
        count="ordersCount",
    ),
    *people.STREAMS,
    *payments.STREAMS,
    Stream("products", (PRODUCTS, PRODUCT_METAFIELDS), "products", count="productsCount"),
    Stream(
        "product_variants",
        (PRODUCT_VARIANTS,),
        "productVariants",
        count="productVariantsCount",
        count_filters=False,
        sort="ID",
        window_filter=None,
    ),
    *stock.STREAMS,
    *journeys.STREAMS,
    *owed.STREAMS,
)
TABLES = (
    *(table for stream in STREAMS for table in stream.tables),
    *(people.CUSTOMER_MERGES, OBJECT_COUNTS),
)
OVERLAPS = {stream.name: stream.overlap for stream in STREAMS}
SWEPT = swept(STREAMS)
WITHOUT_WINDOW = tuple(s.name for s in STREAMS if not (s.is_object or s.window_filter))
ALONE = tuple(stream.name for stream in STREAMS)  # any may be loaded without the others


def documents() -> Iterator[tuple[str, str]]:
    """Every GraphQL document we may send, by name; bulk ones as the text inside the mutation."""
    return shipped(STREAMS)


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """Everything new at one shop, typed, table by table."""
    chosen = [s for s in STREAMS if request.streams is None or s.name in request.streams]
    return shopify_load.extract(request, chosen, SCOPES)


def by_id(
    request: Request, ids_by_stream: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, pa.Table]]:
    """Objects by their global ids, typed as any other: for whoever asks for some again."""
    return shopify_by_id.ask(request, STREAMS, SCOPES, ids_by_stream)


def sweep(request: Request, known: Known, report: list[Swept]) -> Iterator[tuple[str, pa.Table]]:
    """What raw lacks of one shop, and tombstones of what is gone there."""
    return shopify_sweep.sweep(request, known, report, STREAMS, SCOPES)
