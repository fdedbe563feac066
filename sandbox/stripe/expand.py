"""Objects in place of their ids, as ``expand[]`` asks: ``data.balance_transaction`` of a list's rows.

Up to four levels deep (docs.stripe.com/expand); what is no reference can't be expanded and is said so.
"""

from typing import Any

import orjson

from sandbox.stripe.errors import StripeError
from sandbox.stripe.store import Store, resource_of

DEEPEST = 4
REFERENCES = {
    "charge": {
        "balance_transaction",
        "customer",
        "failure_balance_transaction",
        "payment_intent",
    },
    "payment_intent": {"customer", "latest_charge"},
    "refund": {"balance_transaction", "charge", "failure_balance_transaction", "payment_intent"},
    "dispute": {"charge", "payment_intent"},
    "balance_transaction": {"source"},
    "payout": {"balance_transaction", "failure_balance_transaction"},
}
Objects = list[dict[str, Any]]


def expanded(store: Store, rows: list[str], paths: list[str], *, is_list: bool) -> list[str]:
    """The rows with what ``paths`` name in place of the ids."""
    if not paths:
        return rows
    objects: Objects = [orjson.loads(row) for row in rows]
    for path in paths:
        parts = path.split(".")
        if is_list and parts[0] != "data":
            raise _refused(path)
        parts = parts[1:] if is_list else parts
        if not parts:
            raise _refused(path)
        if len(parts) > DEEPEST:
            said = f"You cannot expand more than {DEEPEST} levels of a property (path: '{path}')."
            raise StripeError(400, said, "property_expansion_max_depth", "expand")
        _expand(store, objects, parts, path)
    return [orjson.dumps(one).decode() for one in objects]


def _expand(store: Store, objects: Objects, parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    for one in objects:
        if name not in REFERENCES.get(one["object"], ()):
            raise _refused(path)
    wanted = {one[name] for one in objects if isinstance(one[name], str)}
    found: dict[str, dict[str, Any]] = {}
    for resource in {resource_of(id_) for id_ in wanted}:
        if resource:
            ids = [id_ for id_ in wanted if resource_of(id_) == resource]
            texts = store.objects(resource, ids)
            found |= {id_: orjson.loads(text) for id_, text in texts.items()}
    for one in objects:
        if isinstance(one[name], str):
            one[name] = found.get(one[name], one[name])
    if rest:
        _expand(store, [one[name] for one in objects if isinstance(one[name], dict)], rest, path)


def _refused(path: str) -> StripeError:
    return StripeError(
        400,
        f"This property cannot be expanded ({path}). You may want to try expanding"
        f" 'data.{path}' instead."
        if not path.startswith("data")
        else f"This property cannot be expanded ({path}).",
        "property_not_expandable",
        "expand",
    )
