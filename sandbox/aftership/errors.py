"""AfterShip's error envelope: ``meta`` with code, type and message, and no data.

Source: aftership.com/docs/tracking, quickstart, request errors; the messages are the SDK's list (10.0).
"""

from http import HTTPStatus
from typing import Any

MESSAGES = {
    400: "The request was invalid or cannot be otherwise served.",
    401: "The API Key is invalid.",
    403: "The request is understood, but it has been refused or access is not allowed.",
    404: "The URI requested is invalid or the resource requested does not exist.",
    429: "You have exceeded the API call rate limit. The default limit is 10 requests per second.",
}
TYPES = {429: "TooManyRequests", 500: "InternalError"}
TRACKING_MISSING, VALUE_INVALID, ID_INVALID = 4004, 4008, 4015


class AfterShipError(Exception):
    """An answer that isn't the one asked for; ``code`` may be finer than the HTTP status."""

    def __init__(self, status: int, message: str | None = None, code: int | None = None) -> None:
        self.status = status
        self.body = of_status(status, message, code)
        super().__init__(self.body["meta"]["message"])


def of_status(status: int, message: str | None = None, code: int | None = None) -> dict[str, Any]:
    kind = TYPES.get(status) or HTTPStatus(status).phrase.replace(" ", "")
    said = message or MESSAGES.get(status, "Something went wrong on AfterShip's end.")
    return {"meta": {"code": code or status, "message": said, "type": kind}, "data": {}}


def invalid(field: str) -> AfterShipError:
    return AfterShipError(400, f"The value of {field} is invalid.", VALUE_INVALID)
