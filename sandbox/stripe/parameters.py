"""What each list may be asked: Stripe's own parameters, parsed and refused as Stripe does.

Source: OpenAPI of the API (stripe/openapi), docs.stripe.com/api/pagination.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.stripe.errors import StripeError

LARGEST_PAGE, DEFAULT_PAGE, MOST_TYPES = 100, 10, 20
BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
ON_EVERY_LIST = ("created", "ending_before", "expand", "limit", "starting_after")
# Filters of each list beside those; ``created`` and ``arrival_date`` are times.
FILTERS: dict[str, tuple[str, ...]] = {
    "charges": ("customer", "payment_intent", "transfer_group"),
    "payment_intents": ("customer",),
    "refunds": ("charge", "payment_intent"),
    "disputes": ("charge", "payment_intent"),
    "balance_transactions": ("currency", "payout", "source", "type"),
    "payouts": ("arrival_date", "destination", "status"),
    "customers": ("email", "test_clock"),
    "events": ("delivery_success", "type", "types"),
}
PAYOUT_STATUSES = ("canceled", "failed", "in_transit", "paid", "pending")


@dataclass
class Asked:
    """A list request: filters as (column, SQL operator, value), the page, what to expand."""

    limit: int = DEFAULT_PAGE
    starting_after: str | None = None
    ending_before: str | None = None
    payout: str | None = None
    expand: list[str] = field(default_factory=list)
    filters: list[tuple[str, str, object]] = field(default_factory=list)


def parse(resource: str, query: Sequence[tuple[str, str]]) -> Asked:
    """The parameters of a list; raises Stripe's 400 for what isn't one."""
    known = {*ON_EVERY_LIST, *FILTERS[resource]}
    _refuse_unknown([name for name, _ in query if _base(name) not in known])
    asked = Asked()
    types: list[str] = []
    for name, value in query:
        base = _base(name)
        if value == "":
            raise StripeError(
                400,
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to"
                f" unset a parameter; however '{name}' cannot be unset. You should remove '{name}'"
                " from your request or supply a non-empty value.",
                "parameter_invalid_empty",
                name,
            )
        if base == "limit":
            asked.limit = _page_size(value)
        elif base in ("created", "arrival_date"):
            asked.filters.append(_bound(name, base, value))
        elif base == "expand":
            asked.expand.append(value)
        elif base == "types":
            types.append(value)
        elif base in ("starting_after", "ending_before", "payout"):
            setattr(asked, base, value)
        else:
            asked.filters.append(_filter(resource, base, value))
    _add_types(asked, types)
    if asked.starting_after and asked.ending_before:
        raise StripeError(
            400, "You may only specify one of these parameters: ending_before, starting_after."
        )
    return asked


def parse_single(query: Sequence[tuple[str, str]]) -> list[str]:
    """What to expand of a single object; nothing else may be asked of one."""
    _refuse_unknown([name for name, _ in query if _base(name) != "expand"])
    return [value for _, value in query]


def _base(name: str) -> str:
    return name.partition("[")[0]


def _refuse_unknown(names: list[str]) -> None:
    if names:
        plural = "s" if len(names) > 1 else ""
        said = f"Received unknown parameter{plural}: {', '.join(names)}"
        raise StripeError(400, said, "parameter_unknown", names[0])


def _integer(name: str, value: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", value):
        raise StripeError(400, f"Invalid integer: {value}", "parameter_invalid_integer", name)
    return int(value)


def _page_size(value: str) -> int:
    size = _integer("limit", value)
    for wrong, said in (
        (size < 1, "greater than or equal to 1"),
        (size > LARGEST_PAGE, f"less than or equal to {LARGEST_PAGE} (currently set to {size})"),
    ):
        if wrong:
            message = f"This value must be {said}."
            raise StripeError(400, message, "parameter_invalid_integer", "limit")
    return size


def _bound(name: str, base: str, value: str) -> tuple[str, str, object]:
    bound = name[len(base) :].strip("[]")
    if bound and bound not in BOUNDS:
        _refuse_unknown([name])
    return base, BOUNDS.get(bound, "="), _integer(name, value)


def _filter(resource: str, base: str, value: str) -> tuple[str, str, object]:
    if base == "delivery_success":
        if value not in ("true", "false"):
            raise StripeError(400, f"Invalid boolean: {value}", "parameter_invalid_boolean", base)
        return base, "=", value == "true"
    if resource == "payouts" and base == "status" and value not in PAYOUT_STATUSES:
        said = f"Invalid status: must be one of {', '.join(PAYOUT_STATUSES)}"
        raise StripeError(400, said, None, base)
    if resource == "events" and base == "type":
        return base, "like", _pattern(value)
    return base, "=", value


def _pattern(name: str) -> str:
    """An event type, or a group of them with ``*``, as a LIKE pattern with ``!`` as its escape."""
    for sign in "!_%":
        name = name.replace(sign, f"!{sign}")
    return name.replace("*", "%")


def _add_types(asked: Asked, types: list[str]) -> None:
    if not types:
        return
    if any(name == "type" for name, *_ in asked.filters):
        raise StripeError(400, "You may only specify one of these parameters: type, types.")
    if len(types) > MOST_TYPES:
        raise StripeError(400, f"At most {MOST_TYPES} types may be specified.", None, "types")
    asked.filters.append(("type", "in", types))
