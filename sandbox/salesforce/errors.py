"""Salesforce's error bodies: a list of ``message`` and ``errorCode``; the token endpoint's are OAuth's.

Source: developer.salesforce.com, REST API Developer Guide, status codes and error responses; messages as
quoted in simple-salesforce#255, OrgCheck#181 and restforce's list of error codes.
"""

from typing import Any

from sandbox.salesforce.limits import VERSION

OBJECTS = {"Contact": "contacts", "Lead": "leads", "Account": "accounts"}


class SalesforceError(Exception):
    """An answer that isn't the one asked for."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: Any = [{"message": message, "errorCode": code}]


class TokenError(SalesforceError):
    """A refusal of the token endpoint."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(status, code, description)
        self.body = {"error": code, "error_description": description}


def expired() -> SalesforceError:
    return SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def limit_exceeded() -> SalesforceError:
    return SalesforceError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def disabled() -> SalesforceError:
    message = "The REST API is not enabled for this Organization."
    return SalesforceError(403, "API_DISABLED_FOR_ORG", message)


def not_found() -> SalesforceError:
    return SalesforceError(404, "NOT_FOUND", "The requested resource does not exist")


def malformed(message: str) -> SalesforceError:
    return SalesforceError(400, "MALFORMED_QUERY", message)


def invalid_type(entity: str) -> SalesforceError:
    """Said of objects that there aren't and of those that the user may not read."""
    message = (
        f"\nFROM {entity}\n     ^\nERROR at Row:1:Column:6\nsObject type '{entity}' is not supported. If you are"
        " attempting to use a custom object, be sure to append the '__c' after the entity name. Please"
        " reference your WSDL or the describe call for the appropriate names."
    )
    return SalesforceError(400, "INVALID_TYPE", message)


def invalid_field(field: str, entity: str, row: str) -> SalesforceError:
    """Said of fields that there aren't and of those that field-level security hides."""
    column = row.find(field) + 1
    message = (
        f"\n{row}\n{' ' * max(0, column - 1)}^\nERROR at Row:1:Column:{column}\nNo such column '{field}' on entity"
        f" '{entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom"
        " field name. Please reference your WSDL or the describe call for the appropriate names."
    )
    return SalesforceError(400, "INVALID_FIELD", message)


def of_status(status: int) -> Any:
    """The body that goes with a refusal nobody here reasoned about: a fault on demand."""
    if status == 401:
        return expired().body
    if status == 429:
        message = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
        return SalesforceError(429, "REQUEST_LIMIT_EXCEEDED", message).body
    message = f"An unexpected error occurred. Please include this ErrorId: {VERSION}-{status}"
    return SalesforceError(status, "UNKNOWN_EXCEPTION", message).body
