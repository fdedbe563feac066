"""Zendesk's error bodies: ``error`` and ``description``, where Zendesk has no other habit.

Source: developer.zendesk.com, introduction, status codes and errors; rate limits. The body of a refused
export as quoted in airbyte#11899.
"""

from typing import Any

FORBIDDEN = (
    "You do not have access to this page. Please contact the account owner of this help desk for"
    " further help."
)


class ZendeskError(Exception):
    """An answer that isn't the one asked for."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: int | None = None) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body
        self.retry_after = retry_after


def unauthorized() -> ZendeskError:
    return ZendeskError(401, {"error": "Couldn't authenticate you"})


def forbidden() -> ZendeskError:
    return ZendeskError(403, {"error": {"title": "Forbidden", "message": FORBIDDEN}})


def not_found() -> ZendeskError:
    return ZendeskError(404, {"error": "RecordNotFound", "description": "Not found"})


def invalid(description: str, status: int = 400) -> ZendeskError:
    return ZendeskError(status, {"error": "InvalidValue", "description": description})


def too_many(retry_after: int, *, is_export: bool) -> ZendeskError:
    what = "incremental export API" if is_export else "API"
    body = {
        "error": "APIRateLimitExceeded",
        "description": f"Number of allowed {what} requests per minute exceeded",
    }
    return ZendeskError(429, body, retry_after)


def of_status(status: int) -> dict[str, Any]:
    """The body that goes with a refusal nobody here reasoned about: a fault on demand."""
    if status == 401:
        return unauthorized().body
    if status == 403:
        return forbidden().body
    if status == 429:
        return too_many(1, is_export=True).body
    return {"error": "InternalError", "description": "Something went wrong on Zendesk's end."}
