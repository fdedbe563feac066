"""Errors in PayPal's form: ``name``, ``message``, ``debug_id``, ``details``; OAuth's own for tokens.

Source: developer.paypal.com, API responses and the transaction search reference.
"""

import json
from typing import Any

from starlette.responses import JSONResponse, Response

DEBUG_ID = "f1a0b2c3d4e5f"
MESSAGES = {
    "INVALID_REQUEST": "Request is not well-formed, syntactically incorrect, or violates schema.",
    "RESULTSET_TOO_LARGE": "Result set size is greater than the maximum limit. Change the filter criteria and try again.",
    "NOT_AUTHORIZED": "Authorization failed due to insufficient permissions.",
    "RESOURCE_NOT_FOUND": "The specified resource does not exist.",
    "RATE_LIMIT_REACHED": "Too many requests. Blocked due to rate limiting.",
    "INTERNAL_SERVER_ERROR": "An internal server error occurred.",
}
OF_STATUS = {429: "RATE_LIMIT_REACHED", 500: "INTERNAL_SERVER_ERROR", 403: "NOT_AUTHORIZED"}


class RequestError(Exception):
    """A request that PayPal refuses; ``field`` names the parameter."""

    def __init__(self, status: int, name: str, issue: str = "", field: str = "") -> None:
        super().__init__(f"{name}: {issue or MESSAGES[name]}")
        self.status, self.name, self.issue, self.field = status, name, issue, field

    def response(self) -> Response:
        details = [{"field": self.field, "location": "query", "issue": self.issue}]
        return JSONResponse(body(self.name, details if self.issue else []), status_code=self.status)


def body(name: str, details: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "message": MESSAGES[name],
        "debug_id": DEBUG_ID,
        "details": details or [],
        "links": [],
    }


def token_error(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=status)


def error_body(status: int) -> bytes:
    return json.dumps(body(OF_STATUS[status])).encode()
