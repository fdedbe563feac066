"""Order lines with their discounts, and the money moves of placement and of later edits."""

import duckdb
import numpy as np

from sandbox.world import shops
from sandbox.world.amounts import ALL_MEASURES, measures, negated, summed
from sandbox.world.catalogue import GIFT_CARD, SAMPLE

LINE_DISCOUNT_PERCENT = 15
DUTY_PERCENT = 6
FEE = 150  # minor units, of any currency
TIP_LINE = 9_001  # a tip is a line of its own, after every line of goods
MOVE_COLUMNS = ", ".join(
    ["ono", "ano", "kind", "action", "lno", "quantity", "rate1", "rate2", *ALL_MEASURES]
)


def draw_lines(
    rng: np.random.Generator, columns: dict, variants: np.ndarray, first: int
) -> dict[str, np.ndarray]:
    """One row per line of the orders numbered from ``first``; what an edit adds comes last."""
    added = np.where(columns["edit"] == "add", columns["edit_rounds"], 0)
    counts = columns["n_lines"] + added
    ono = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    lno = np.arange(len(ono)) - np.repeat(starts, counts) + 1
    shop = columns["shop"][ono]
    # Zipf: the k-th most popular variant is bought in proportion to 1 / k.
    reach = np.log(variants[shop] - 2)
    variant = 2 + np.minimum(
        np.exp(rng.random(len(ono)) * reach).astype("int64") - 1, variants[shop] - 3
    )
    variant = np.where(rng.random(len(ono)) < 0.2, rng.integers(2, variants[shop]), variant)
    quantity = np.minimum(rng.geometric(0.75, len(ono)), 9)
    quantity = np.where(columns["is_b2b"][ono], quantity * 12, quantity)
    repeated = (columns["ret_rounds"][ono] > 1) & (lno == 1) & ~(columns["ret"] == "none")[ono]
    quantity = np.where(repeated, quantity + columns["ret_rounds"][ono], quantity)
    fixed = columns["fixed_quantity"][ono]
    return {
        "ono": first + ono,
        "lno": lno,
        "added_in": np.maximum(lno - columns["n_lines"][ono], 0),
        "variant": variant,
        "quantity": np.where(fixed > 0, fixed, quantity),
        # The round in which this line joins a partial return (0: never) and how much of it.
        "returned_in": rng.choice([0, 1, 2, 3], len(ono), p=[0.7, 0.2, 0.06, 0.04]),
        "returned_share": rng.random(len(ono)),
    }


def create_lines(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.lines``: prices, tax rates and the discounts that fall on each line."""
    con.execute(
        f"""create table truth.lines as
        with priced as (
            select l.ono, l.lno, l.added_in, l.quantity, l.returned_in, l.returned_share,
                case when o.has_gift_card and l.lno = o.n_lines then {GIFT_CARD}
                    when o.has_sample and l.lno = o.n_lines then {SAMPLE} else l.variant end as variant,
                o.shop, o.state_tax, o.county_tax, o.is_tax_included, o.rate_millionths,
                o.is_line_discounted and l.lno = 1 as is_line_discounted,
                case when o.order_discount <> 'none' and l.added_in = 0
                    then o.discount_percent else 0 end as order_percent,
                o.fixed_unit
            from truth.lines_drawn as l join truth.orders as o using (ono)
            where l.added_in <= o.edited_rounds),
        taxed as (
            select p.*, v.product_kind = 'gift_card' as is_gift_card,
                case when p.fixed_unit >= 0 then p.fixed_unit else v.price end as unit,
                case when v.product_kind = 'gift_card' then 0
                    when shop = {shops.DE} then
                        case when v.product_kind = 'edible' then {shops.REDUCED_TAX_DE} else {shops.FULL_TAX_DE} end
                    when shop = {shops.JP} then {shops.TAX_JP} else state_tax end as rate1,
                case when v.product_kind = 'gift_card' then 0 else county_tax end as rate2
            from priced as p join truth.variants as v using (shop, variant)),
        line_discounted as (
            select *, presented(unit, rate_millionths) as unit_p,
                case when is_line_discounted and not is_gift_card
                    then div_round(unit * quantity * {LINE_DISCOUNT_PERCENT}, 100) else 0 end as line_off,
                case when is_gift_card then 0 else order_percent end as percent
            from taxed),
        shared as (
            -- An order discount is a whole amount, spread by price; units that do not divide evenly
            -- go one at a time to the first lines, as the vendor says it does.
            select *,
                case when percent = 0 then 0 else
                    div_round(cast(sum(unit * quantity - line_off) over same as bigint) * percent, 100)
                    end as order_off_all,
                cast(sum(unit * quantity - line_off) over same as bigint) as base
            from line_discounted
            window same as (partition by ono, percent > 0)),
        floored as (
            select *, case when base = 0 then 0
                else order_off_all * (unit * quantity - line_off) // base end as order_off_floor
            from shared),
        spread as (
            select *, order_off_floor + case when percent > 0 and row_number() over (
                    partition by ono, percent > 0 order by unit * quantity - line_off = 0, lno)
                <= order_off_all - cast(sum(order_off_floor) over (partition by ono, percent > 0) as bigint)
                then 1 else 0 end as order_off
            from floored)
        select ono, lno, added_in, variant, quantity, returned_in, returned_share, is_gift_card,
            is_tax_included, rate1, rate2, unit, unit_p, line_off, order_off,
            least(presented(line_off, rate_millionths), unit_p * quantity) as line_off_p,
            least(presented(order_off, rate_millionths),
                unit_p * quantity - least(presented(line_off, rate_millionths), unit_p * quantity))
                as order_off_p
        from spread order by ono, lno"""
    )
    con.execute("drop table truth.lines_drawn")


def create_moves(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.moves``: one row per money move of placement (ano 0) and of edits (ano 1 and on)."""
    con.execute(
        f"""create table truth.moves as
        with standard as (
            -- What shipping and fees are taxed with.
            select *, case shop when {shops.DE} then {shops.FULL_TAX_DE} when {shops.JP} then {shops.TAX_JP}
                    else case when is_shipping_taxed then state_tax else 0 end end as rate1,
                case when is_shipping_taxed then county_tax else 0 end as rate2
            from truth.orders),
        priced as (
            select ono, added_in as ano, case when is_gift_card then 'gift_card' else 'product' end as kind,
                'ORDER' as action, lno, quantity, rate1, rate2, is_tax_included,
                unit * quantity as total, line_off + order_off as off,
                unit_p * quantity as total_p, line_off_p + order_off_p as off_p
            from truth.lines
            union all
            select ono, 0, 'tip', 'ORDER', {TIP_LINE}, 1, 0, 0, is_tax_included,
                tip, 0, presented(tip, rate_millionths), 0
            from truth.orders where tip > 0
            union all
            select ono, 0, 'shipping', 'ORDER', 0, 1, rate1, rate2, is_tax_included,
                ship_price, case when is_ship_free then ship_price else 0 end,
                presented(ship_price, rate_millionths),
                case when is_ship_free then presented(ship_price, rate_millionths) else 0 end
            from standard where ship_price > 0
            union all
            select ono, 0, 'additional_fee', 'ORDER', 0, 1, rate1, rate2, is_tax_included,
                {FEE}, 0, presented({FEE}, rate_millionths), 0
            from standard where has_fee
            union all
            select l.ono, 0, 'duty', 'ORDER', l.lno, l.quantity,
                case when o.country = 'CA' then {shops.DUTY_TAX_CA} else 0 end, 0, o.is_tax_included,
                div_round((l.unit * l.quantity - l.line_off - l.order_off) * {DUTY_PERCENT}, 100), 0,
                div_round((l.unit_p * l.quantity - l.line_off_p - l.order_off_p) * {DUTY_PERCENT}, 100), 0
            from truth.lines as l join truth.orders as o using (ono)
            where o.is_dutiable and l.added_in = 0 and not l.is_gift_card and l.unit > 0
            union all
            select l.ono, 1, 'product', 'ORDER', l.lno, 1, l.rate1, l.rate2, l.is_tax_included,
                l.unit, 0, l.unit_p, 0
            from truth.lines as l join truth.orders as o using (ono)
            where o.edit = 'increase' and l.lno = 1 and not l.is_gift_card
            union all
            select l.ono, 1, 'product', 'UPDATE', l.lno, null, l.rate1, l.rate2, l.is_tax_included,
                0, div_round(l.unit * l.quantity - l.line_off - l.order_off, 10),
                0, div_round(l.unit_p * l.quantity - l.line_off_p - l.order_off_p, 10)
            from truth.lines as l join truth.orders as o using (ono)
            where o.edit = 'discount' and l.lno = 1 and not l.is_gift_card
            union all
            -- Never more than the first line was sold for: a shop doesn't end up owing for an order.
            select l.ono, 1, 'adjustment', 'UPDATE', 0, null, 0, 0, l.is_tax_included,
                -least(500, l.unit * l.quantity - l.line_off - l.order_off), 0,
                -least(presented(500, o.rate_millionths), l.unit_p * l.quantity - l.line_off_p - l.order_off_p), 0
            from truth.lines as l join truth.orders as o using (ono)
            where o.edit = 'adjustment' and l.lno = 1)
        select ono, ano, kind, action, lno, quantity, rate1, rate2,
            {measures()}
        from priced
        where ano = 0 or ono in (select ono from truth.orders where edited_rounds > 0)"""
    )
    con.execute(
        f"""insert into truth.moves
        select m.ono, 1, kind, 'RETURN', lno, -quantity, rate1, rate2, {negated("m.")}
        from truth.moves as m join truth.orders as o using (ono)
        where o.edit = 'remove' and o.edited_rounds > 0 and m.kind = 'product' and m.lno = 2 and m.ano = 0"""
    )


def create_subjects(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.subjects``: what stands of each line, shipping, duty or fee before anything returns."""
    con.execute(
        f"""create table truth.subjects as
        select ono, kind, lno, cast(sum(quantity) as bigint) as quantity,
            any_value(rate1) as rate1, any_value(rate2) as rate2, {summed()}
        from truth.moves group by ono, kind, lno"""
    )
