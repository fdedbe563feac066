"""The filters of a list of trackings as SQL. A list that names no ``created_at_min`` shows the last
120 days, as documented: a parcel that moves again later is missed by who forgets it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.datastructures import QueryParams

from sandbox.aftership.errors import invalid
from sandbox.aftership.limits import DEFAULT_DAYS, NUMBERS_MAXIMUM

TAGS = (
    *("Pending", "InfoReceived", "InTransit", "OutForDelivery", "AttemptFail", "Delivered"),
    *("AvailableForPickup", "Exception", "Expired"),
)
LISTED = {
    "slug": "slug",
    "tag": "tag",
    "tracking_numbers": "tracking_number",
    "order_id": "order_id",
    "origin": "origin_country_region",
    "destination": "destination_country_region",
}
TIMES = ("created_at", "updated_at")


@dataclass(frozen=True)
class Filters:
    condition: str
    values: tuple[Any, ...]


def filters(query: QueryParams, account: str, stored_from: str, clock: datetime) -> Filters:
    """The filters of a request; times are compared as the text that trackings print."""
    conditions, values = ["_account = ?", "created_at >= ?"], [account, stored_from]
    if query.get("created_at_min") is None:
        conditions.append("created_at >= ?")
        values.append(text(clock - timedelta(days=DEFAULT_DAYS)))
    for name in TIMES:
        for end, symbol in (("min", ">="), ("max", "<=")):
            given = query.get(f"{name}_{end}")
            if given is not None:
                conditions.append(f"{name} {symbol} ?")
                values.append(text(moment_of(f"{name}_{end}", given)))
    for name, column in LISTED.items():
        wanted = query.get(name)
        if wanted:
            conditions.append(f"list_contains(string_split(?, ','), {column})")
            values.append(_checked(name, wanted))
    if query.get("return_to_sender"):
        flags = query["return_to_sender"].split(",")
        conditions.append(f"return_to_sender in ({', '.join(str(f == 'true') for f in flags)})")
    if query.get("keyword"):
        conditions.append("contains(lower(concat_ws(' ', tracking_number, title, order_id)), ?)")
        values.append(query["keyword"].lower())
    return Filters(" and ".join(conditions), tuple(values))


def _checked(name: str, wanted: str) -> str:
    if name == "tag" and not set(wanted.split(",")) <= set(TAGS):
        raise invalid("tag")
    if name == "tracking_numbers" and wanted.count(",") >= NUMBERS_MAXIMUM:
        raise invalid("tracking_numbers")
    return wanted


def whole(query: QueryParams, name: str, default: int) -> int:
    given = query.get(name)
    if given is None:
        return default
    if not given.isdigit():
        raise invalid(name)
    return int(given)


def moment_of(name: str, given: str) -> datetime:
    try:
        # An unescaped '+' of an offset arrives as a space.
        moment = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        raise invalid(name) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def text(moment: datetime) -> str:
    """As trackings print times, so that texts compare as times do."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"
