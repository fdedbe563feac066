"""Lints over one model's SQL: is money exact, and does every key and sum hold what tells rows apart?

Each takes SQL as dbt compiled it and gives back offences, one sentence each: what, where, why, remedy.
"""

import re
from collections.abc import Collection, Iterator

from sqlglot import exp

from tests.dbt_project.lint_portable import parse, shown

SOURCE_IDS = {
    "order_id", "line_id", "sale_id", "agreement_id", "customer_id", "source_id", "shipment_id",
    "fulfillment_id", "transaction_id", "refund_id", "return_id", "product_id", "variant_id", "ledger_id",
    "charge_id", "entry_id", "payout_id", "dispute_id", "payment_intent_id", "tracking_id", "contact_id",
}  # fmt: skip
MONEY = re.compile(r"(^|_)amount($|_)")


def money_inexact(sql: str, where: str) -> Iterator[str]:
    """``/`` or ``avg`` on money, and decimal arithmetic that isn't cast to a stated precision again."""
    tree = parse(sql)
    for node in tree.find_all(exp.Div, exp.Avg):
        columns = [column.name for column in node.find_all(exp.Column)]
        money = [name for name in columns if MONEY.search(name)]
        if money:
            yield (
                f"{where}: `{shown(node)}` divides {money[0]}: decimal division gives a double, so cents"
                " drift; multiply through convert() or prorate through a macro."
            )
    for node in tree.find_all(exp.Mul, exp.Div, exp.Avg):
        if isinstance(node, exp.Mul) and any(_is_count(side) for side in (node.left, node.right)):
            continue
        if not any(_casts_to_decimal(parent) for parent in _parents(node)):
            yield (
                f"{where}: `{shown(node)}` isn't cast again: its scale differs per engine; wrap it in"
                " cast(... as decimal(p, s)), or use convert()."
            )
    for node in tree.find_all(exp.Cast):
        if node.to.this in (exp.DType.DOUBLE, exp.DType.FLOAT):
            yield f"{where}: `{shown(node)}` makes a float: money is decimal(38, 4), rates decimal(18, 10)."


def sums_over_currencies(sql: str, where: str) -> Iterator[str]:
    """A sum of an amount whose grain doesn't hold the currency adds euros to yen."""
    for total in parse(sql).find_all(exp.Sum):
        names = {column.name for column in total.this.find_all(exp.Column)}
        for family, currency in (
            ("_presentment", "currency_presentment"),
            ("_settlement", "currency_settlement"),
            ("", "currency"),
        ):
            summed = sorted(n for n in names if _family(n) == family)
            if summed and currency not in _grain(total):
                yield (
                    f"{where}: sum of {summed[0]} without {currency} in the grain adds up different"
                    f" currencies; group by {currency} too, or sum {summed[0]}'s _group amount."
                )


def keys_without_account(sql: str, where: str) -> Iterator[str]:
    """Joins, partitions and groups by a source's id without ``account``: two shops may share ids."""
    why = "ids repeat between shops; add account."
    tree = parse(sql)
    for join in tree.find_all(exp.Join):
        condition = join.args.get("on")
        if condition is not None:
            yield from _unless_account(condition, f"{where}: join on `{shown(condition)}`", why)
    for window in tree.find_all(exp.Window):
        for part in [
            exp.Tuple(expressions=[p.copy() for p in window.args.get("partition_by") or []])
        ]:
            yield from _unless_account(part, f"{where}: partition by {shown(part)}", why)
    for group in tree.find_all(exp.Group):
        yield from _unless_account(group, f"{where}:{shown(group)}", why)


def says_account(names: Collection[str | None]) -> bool:
    """``account``, or whose account it is: (order_account, order_id) is a key too."""
    return any(name == "account" or (name or "").endswith("_account") for name in names)


def _family(name: str) -> str | None:
    if not MONEY.search(name) or name.endswith("_group"):
        return None
    for suffix in ("_presentment", "_settlement"):
        if name.endswith(suffix):
            return suffix
    return ""


def _grain(total: exp.Sum) -> set[str]:
    window = total.parent
    if isinstance(window, exp.Window):
        return {
            c.name for p in window.args.get("partition_by") or [] for c in p.find_all(exp.Column)
        }
    select = total.find_ancestor(exp.Select)
    group = select.args.get("group") if select else None
    return {c.name for c in group.find_all(exp.Column)} if group else set()


def _unless_account(node: exp.Expr, what: str, why: str) -> Iterator[str]:
    names = {column.name for column in node.find_all(exp.Column)}
    if names & SOURCE_IDS and not says_account(names):
        yield f"{what} has {', '.join(sorted(names & SOURCE_IDS))} without account; {why}"


def _parents(node: exp.Expr) -> Iterator[exp.Expr]:
    while node.parent is not None:
        node = node.parent
        yield node


def _casts_to_decimal(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.this == exp.DType.DECIMAL


def _is_count(node: exp.Expr) -> bool:
    """A whole number, or an interval of days: no scale to lose."""
    is_whole = isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit()
    return is_whole or isinstance(node, exp.Interval)
