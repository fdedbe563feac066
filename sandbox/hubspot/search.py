"""CRM search: filter groups, one sort, and pages by offset up to the ten thousandth result.

Groups are alternatives, the filters of one all hold. Dates are milliseconds since 1970 or ISO text.
Source: developers.hubspot.com/docs, search the CRM.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.hubspot.errors import invalid
from sandbox.hubspot.limits import (
    FILTER_GROUPS,
    FILTERS,
    FILTERS_PER_GROUP,
    SEARCH_MAXIMUM,
    SEARCH_REACH,
)
from sandbox.hubspot.store import PROPERTIES

DATES = ("createdate", "lastmodifieddate", "hs_lastmodifieddate")
SYMBOLS = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
QUERIED = {"contacts": ("email", "firstname", "lastname", "phone"), "companies": ("name", "domain")}
DEFAULT_SIZE = 10


@dataclass(frozen=True)
class Search:
    """A search as SQL: a condition with its values, an order, and a page of it."""

    condition: str
    values: list[Any]
    order: str
    size: int
    first: int
    properties: list[str]


def parse(kind: str, asked: Any) -> Search:
    if not isinstance(asked, dict):
        raise invalid("Invalid input JSON: a search is an object")
    values: list[Any] = []
    groups = _groups(asked)
    alternatives = [
        " and ".join(_condition(kind, one, values) for one in group) or "true" for group in groups
    ]
    condition = " or ".join(f"({one})" for one in alternatives) or "true"
    query = asked.get("query")
    if query:
        columns = " || ' ' || ".join(f"coalesce(properties.{c}, '')" for c in QUERIED[kind])
        condition = f"({condition}) and contains(lower({columns}), ?)"
        values.append(str(query).lower())
    size = _whole(asked, "limit", DEFAULT_SIZE)
    if not 0 <= size <= SEARCH_MAXIMUM:
        raise invalid(f"limit {size} is out of range: at most {SEARCH_MAXIMUM} per page")
    first = _whole(asked, "after", 0)
    if first < 0:
        raise invalid(f"after {first} is no offset")
    if first + size > SEARCH_REACH:
        raise invalid(
            f"Paging beyond {SEARCH_REACH} results isn't possible: after {first} with limit {size}"
        )
    properties = [str(name) for name in asked.get("properties") or []]
    return Search(condition, values, _order(kind, asked), size, first, properties)


def _groups(asked: dict[str, Any]) -> list[list[dict[str, Any]]]:
    # Filters without groups around them are one group.
    given = asked.get("filterGroups") or (
        [{"filters": asked["filters"]}] if asked.get("filters") else []
    )
    try:
        groups = [list(group["filters"]) for group in given]
    except (KeyError, TypeError):
        raise invalid("Invalid input JSON: filterGroups are objects with filters") from None
    if len(groups) > FILTER_GROUPS:
        raise invalid(f"{len(groups)} filterGroups: at most {FILTER_GROUPS}")
    if max(map(len, groups), default=0) > FILTERS_PER_GROUP or sum(map(len, groups)) > FILTERS:
        raise invalid(f"at most {FILTERS_PER_GROUP} filters in a group and {FILTERS} in all")
    return groups


def _condition(kind: str, one: dict[str, Any], values: list[Any]) -> str:
    name, operator = one.get("propertyName"), one.get("operator")
    column, convert = _column(kind, name)
    if operator == "HAS_PROPERTY":
        return f"properties.{name} is not null"
    if operator == "NOT_HAS_PROPERTY":
        return f"properties.{name} is null"
    if operator in SYMBOLS:
        values.append(convert(_given(one, "value")))
        return f"{column} {SYMBOLS[operator]} ?"
    if operator == "BETWEEN":
        values += [convert(_given(one, "value")), convert(_given(one, "highValue"))]
        return f"{column} between ? and ?"
    if operator in ("IN", "NOT_IN"):
        listed = one.get("values")
        if not isinstance(listed, list) or not listed:
            raise invalid(f"operator {operator} needs values")
        values.append([convert(str(value)) for value in listed])
        return f"{'not ' if operator == 'NOT_IN' else ''}list_contains(?, {column})"
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        token = re.escape(str(_given(one, "value")).lower()).replace(r"\*", r"\S*")
        values.append(rf"(^|[^a-z0-9]){token}($|[^a-z0-9])")
        negated = "not " if operator.startswith("NOT") else ""
        return f"{negated}regexp_matches(lower(properties.{name}), ?)"
    raise invalid(f"Invalid input JSON: unknown operator {operator!r}")


def _column(kind: str, name: Any) -> tuple[str, Callable[[str], Any]]:
    """How a property is compared: ids as numbers, dates by time, text whatever its case."""
    if name not in PROPERTIES[kind]:
        raise invalid(f"There was a problem with the request: no property {name!r} on {kind}")
    if name == "hs_object_id":
        return "cast(properties.hs_object_id as bigint)", _number
    if name in DATES:
        return f"properties.{name}", _moment
    return f"lower(properties.{name})", lambda value: value.lower()


def _given(one: dict[str, Any], field: str) -> str:
    if one.get(field) is None:
        raise invalid(f"operator {one.get('operator')} needs a {field}")
    return str(one[field])


def _number(value: str) -> int:
    if not value.isdigit():
        raise invalid(f"{value!r} is no id")
    return int(value)


def _moment(value: str) -> str:
    """As the properties are written, so that their texts compare as their times do."""
    try:
        if re.fullmatch(r"-?\d+", value):
            moment = datetime.fromtimestamp(int(value) / 1000, UTC)
        else:
            moment = datetime.fromisoformat(value)
    except (ValueError, OverflowError):
        raise invalid(f"{value!r} is no time: milliseconds since 1970 or ISO text") from None
    at_utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{at_utc:%Y-%m-%dT%H:%M:%S}.{at_utc.microsecond // 1000:03d}Z"


def _order(kind: str, asked: dict[str, Any]) -> str:
    """One sort at most; else in the order of creation."""
    sorts = asked.get("sorts") or []
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise invalid("sorts: one sorting rule at most")
    if not sorts:
        return "properties.createdate, cast(id as bigint)"
    rule = sorts[0] if isinstance(sorts[0], dict) else {"propertyName": str(sorts[0])}
    column, _ = _column(kind, rule.get("propertyName"))
    direction = "desc" if rule.get("direction") == "DESCENDING" else "asc"
    return f"{column} {direction} nulls last, cast(id as bigint)"


def _whole(asked: dict[str, Any], field: str, default: int) -> int:
    try:
        return int(asked.get(field) or default)
    except (TypeError, ValueError):
        raise invalid(f"{field} {asked[field]!r} is no whole number") from None
