"""The shared definitions that audits hold marts against, written a second time and on purpose.

A mart that computes net sales in its own way must meet this page, not itself. Amounts are sums of
``marts.revenue_ledger``; each component is the sum of its kinds, turned positive by its sign.
"""

NET_SALES = ("sale", "discount", "return")
TOTAL_SALES = (*NET_SALES, "shipping", "duty", "fee", "tax")
AMOUNT_DUE = (*TOTAL_SALES, "tip", "gift_card_sold", "rounding", "adjustment")

COMPONENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gross_sales_amount": ("", ("sale",)),
    "discounts_amount": ("-", ("discount",)),
    "returns_amount": ("-", ("return",)),
    "net_sales_amount": ("", NET_SALES),
    "shipping_amount": ("", ("shipping",)),
    "duties_amount": ("", ("duty",)),
    "fees_amount": ("", ("fee",)),
    "tax_amount": ("", ("tax",)),
    "total_sales_amount": ("", TOTAL_SALES),
    "tips_amount": ("", ("tip",)),
    "gift_cards_sold_amount": ("", ("gift_card_sold",)),
    "rounding_amount": ("", ("rounding",)),
    "amount_due": ("", AMOUNT_DUE),
}

AS_OF = "(select as_of from raw_group.run_context)"


def kinds(names: tuple[str, ...]) -> str:
    return "kind in (" + ", ".join(f"'{name}'" for name in names) + ")"


def components(*, whole: bool) -> str:
    """Select list of every component in both moneys; ``whole``: no group sum that lacks a row."""
    return ",\n".join(
        column
        for name, (sign, of) in COMPONENTS.items()
        for column in (_native(name, sign, of), _group(name, sign, of, whole=whole))
    )


def differences(left: str, right: str) -> str:
    """Name each component in which ``left`` and ``right`` differ; absent on the right means 0."""
    cases = ",\n".join(
        f"""case when {left}.{column} is distinct from
                 case when {right}.account is null then 0 else {right}.{column} end
            then '{column} ' || coalesce(cast({left}.{column} as varchar), 'none') || ' against '
                 || coalesce(cast({right}.{column} as varchar), 'none') end"""
        for name in COMPONENTS
        for column in (name, f"{name}_group")
    )
    return f"concat_ws(', ', {cases})"


def _native(name: str, sign: str, of: tuple[str, ...]) -> str:
    return f"{sign}coalesce(sum(amount) filter (where {kinds(of)}), 0) as {name}"


def _group(name: str, sign: str, of: tuple[str, ...], *, whole: bool) -> str:
    total = f"{sign}coalesce(sum(amount_group) filter (where {kinds(of)}), 0)"
    if whole:
        lacking = f"count(*) filter (where {kinds(of)} and amount_group is null)"
        total = f"case when {lacking} = 0 then {total} end"
    return f"{total} as {name}_group"
