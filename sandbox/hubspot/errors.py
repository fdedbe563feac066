"""HubSpot's error bodies: ``status``, ``message``, ``correlationId`` and, mostly, ``category``.

Source: developers.hubspot.com, error handling and API usage guidelines; bodies as quoted in
HubSpot/hubspot-api-nodejs#50, #268 (MISSING_SCOPES) and HubSpot's community (RATE_LIMIT).
"""

import uuid
from typing import Any

SCOPES = {
    "contacts": "crm.objects.contacts.read",
    "companies": "crm.objects.companies.read",
}
SCOPES_PAGE = "https://developers.hubspot.com/scopes"
LIMIT_WORDS = {
    "DAILY": "daily",
    "SECONDLY": "secondly",
    "TEN_SECONDLY_ROLLING": "ten_secondly_rolling",
}


class HubSpotError(Exception):
    """An answer that isn't the one asked for."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body["message"])
        self.status = status
        self.body = body


def _error(message: str, category: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"category": category} if category else {}
    return {
        "status": "error",
        "message": message,
        "correlationId": str(uuid.uuid4()),
        **named,
        **more,
    }


def unauthorized() -> HubSpotError:
    message = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can"
        " find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    )
    return HubSpotError(401, _error(message, "INVALID_AUTHENTICATION"))


def expired() -> HubSpotError:
    message = "The OAuth token used to make this call expired 1 hour(s) ago."
    return HubSpotError(401, _error(message, "EXPIRED_AUTHENTICATION"))


def missing_scopes(*scopes: str) -> HubSpotError:
    message = (
        "This app hasn't been granted all required scopes to make this call. Read more about required"
        f" scopes here: {SCOPES_PAGE}."
    )
    needed = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": list(scopes)},
    }
    body = _error(message, "MISSING_SCOPES", errors=[needed], links={"scopes": SCOPES_PAGE})
    return HubSpotError(403, body)


def too_many(policy: str) -> HubSpotError:
    """Rate limits name their policy and an ``errorType`` in place of a category."""
    message = f"You have reached your {LIMIT_WORDS[policy]} limit."
    more = {"errorType": "RATE_LIMIT", "policyName": policy, "requestId": str(uuid.uuid4())}
    return HubSpotError(429, _error(message, **more))


def invalid(message: str) -> HubSpotError:
    return HubSpotError(400, _error(message, "VALIDATION_ERROR"))


def not_found() -> HubSpotError:
    return HubSpotError(404, _error("resource not found", "OBJECT_NOT_FOUND"))


def of_status(status: int) -> dict[str, Any]:
    """The body that goes with a refusal nobody here reasoned about: a fault on demand."""
    if status == 429:
        return too_many("TEN_SECONDLY_ROLLING").body
    if status == 401:
        return expired().body
    if status == 403:
        return missing_scopes(*SCOPES.values()).body
    return _error("internal error")
