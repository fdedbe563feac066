"""What each shop sells: products with one to three variants, a gift card and a free sample."""

from datetime import datetime

import duckdb
import numpy as np

from sandbox.world import names, shops
from sandbox.world.columns import Coded, store

PRODUCTS_PER_SHOP = 160
# The first two variants of a shop; the others are drawn with Zipf popularity.
GIFT_CARD, SAMPLE = 0, 1
GIFT_CARD_PRICE = {shops.DE: 5_000, shops.WORLD: 5_000, shops.JP: 5_000}


def create_catalogue(con: duckdb.DuckDBPyConnection, seed: int, clock: datetime) -> np.ndarray:
    """Create ``truth.variants`` (one row per shop and variant) and give back variants per shop."""
    rng = np.random.default_rng([seed, 2])
    shop, product, variant, price, kind = [], [], [], [], []
    per_shop = np.zeros(3, "int64")
    for number in range(3):
        counts = np.concatenate([[1, 1], rng.integers(1, 4, PRODUCTS_PER_SHOP)])
        size = int(counts.sum())
        per_shop[number] = size
        amount = np.round(np.exp(rng.normal(3.2, 0.8, size)))
        if number == shops.JP:
            cents = amount.astype("int64") * 150 // 10 * 10 + 80
        else:
            cents = amount.astype("int64") * 100 + rng.choice([-1, -5, 50, 90], size)
        cents[GIFT_CARD], cents[SAMPLE] = GIFT_CARD_PRICE[number], 0
        kinds = np.where(rng.random(size) < 0.2, 2, 0)
        kinds[GIFT_CARD], kinds[SAMPLE] = 1, 0
        shop.append(np.full(size, number))
        product.append(np.repeat(np.arange(len(counts)), counts))
        variant.append(np.arange(size))
        price.append(np.maximum(cents, 0))
        kind.append(kinds)
    store(
        con,
        "truth.variants_drawn",
        {
            "shop": np.concatenate(shop),
            "product": np.concatenate(product),
            "variant": np.concatenate(variant),
            "price": np.concatenate(price),
            "kind": Coded(["goods", "gift_card", "edible"], np.concatenate(kind).astype("int8")),
        },
    )
    styles, nouns, edible, vendors = (
        names.PRODUCT_STYLES,
        names.PRODUCT_NOUNS,
        names.EDIBLE_NOUNS,
        names.VENDORS,
    )
    con.execute(
        f"""create table truth.variants as
        select shop, product, variant, price, kind,
            -- A product is edible when its first variant is; the tax follows the product.
            first_value(kind) over (partition by shop, product order by variant) as product_kind,
            case when variant = {GIFT_CARD} then 'Gift card'
                when variant = {SAMPLE} then 'Sample'
                else {styles!r}[1 + product % {len(styles)}] || ' ' ||
                    case when first_value(kind) over (partition by shop, product order by variant) = 'edible'
                        then {edible!r}[1 + product % {len(edible)}]
                        else {nouns!r}[1 + product // 2 % {len(nouns)}] end
                end as title,
            ['Default Title', 'Large', 'Small'][row_number() over (partition by shop, product
                order by variant)] as variant_title,
            'NL-' || ['D', 'W', 'J'][shop + 1] || '-' || lpad(cast(variant as varchar), 5, '0') as sku,
            {vendors!r}[1 + product % {len(vendors)}] as vendor,
            f.first_id + 1000000 + product * f.id_step as product_id,
            f.first_id + 2000000 + variant * f.id_step as variant_id,
            cast(? as timestamp) + product * interval 1 hour as created_at
        from truth.variants_drawn join truth.shops as f using (shop) order by shop, variant""",
        [clock.replace(tzinfo=None, year=clock.year - 2)],
    )
    con.execute("drop table truth.variants_drawn")
    return per_shop
