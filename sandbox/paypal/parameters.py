"""Query parameters of PayPal's lists: ISO moments with an offset, pages, at most 31 days."""

from datetime import UTC, datetime, timedelta

from starlette.datastructures import QueryParams

from sandbox.paypal.errors import RequestError

MOST_DAYS = 31


def moment(asked: QueryParams, name: str, otherwise: datetime | None = None) -> datetime:
    """A moment in UTC, without its zone."""
    text = asked.get(name)
    if text is None:
        if otherwise is None:
            raise RequestError(400, "INVALID_REQUEST", "Required field missing.", name)
        return otherwise
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise RequestError(400, "INVALID_REQUEST", "Invalid date format.", name) from None
    if found.tzinfo is None:
        raise RequestError(400, "INVALID_REQUEST", "Date has no time zone offset.", name)
    return found.astimezone(UTC).replace(tzinfo=None)


def number(asked: QueryParams, name: str, otherwise: int, least: int, most: int) -> int:
    text = asked.get(name, str(otherwise))
    if not text.isdecimal() or not least <= int(text) <= most:
        issue = f"Value is invalid: {least} to {most}."
        raise RequestError(400, "INVALID_REQUEST", issue, name)
    return int(text)


def span(asked: QueryParams) -> tuple[datetime, datetime]:
    """``start_date`` and ``end_date``, both included."""
    start, end = moment(asked, "start_date"), moment(asked, "end_date")
    if end < start:
        raise RequestError(400, "INVALID_REQUEST", "End date is before start date.", "end_date")
    if end - start > timedelta(days=MOST_DAYS):
        issue = "Date range is greater than 31 days"
        raise RequestError(400, "INVALID_REQUEST", issue, "end_date")
    return start, end
