"""Stripe's error JSON: type, code, message, param; and the key's letters never in full.

Sentences and codes as the API gives them (docs.stripe.com/api/errors, /error-codes, and what users
quote of it in public issues).
"""

from dataclasses import dataclass, field

import orjson

KNOWN_CODES = "https://stripe.com/docs/error-codes/"
RATE_LIMITED = (
    "Request rate limit exceeded. Learn more about rate limits here"
    " https://stripe.com/docs/rate-limits."
)


@dataclass
class StripeError(Exception):
    """An answer that is an error; ``headers`` go with it."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    type: str = "invalid_request_error"
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        error = {"code": self.code, "message": self.message, "param": self.param, "type": self.type}
        if self.code:
            error["doc_url"] = KNOWN_CODES + self.code.replace("_", "-")
        return orjson.dumps({"error": {k: v for k, v in error.items() if v is not None}})


def missing(what: str, id_: str, param: str, status: int = 404) -> StripeError:
    return StripeError(status, f"No such {what}: '{id_}'", "resource_missing", param)


def rate_limited(reason: str) -> StripeError:
    """``reason`` as docs.stripe.com/rate-limits lists them; no Retry-After is documented."""
    return StripeError(
        429, RATE_LIMITED, "rate_limit", headers={"Stripe-Rate-Limited-Reason": reason}
    )


def hidden(key: str) -> str:
    """A key as an error message may show it: its kind and its last four letters."""
    kind = key[:8] if key[:8] in ("rk_live_", "sk_live_", "rk_test_", "sk_test_") else ""
    return f"{kind}{'*' * max(0, len(key) - len(kind) - 4)}{key[-4:]}"


NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header,"
    " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
    " https://stripe.com/docs/api#authentication for details, or we can help at"
    " https://support.stripe.com/."
)


def of_status(status: int, key: str = "", permission: str = "", account: str = "") -> StripeError:
    """The error that Stripe gives with a status, whatever was asked."""
    if status == 401:
        return StripeError(401, f"Expired API Key provided: {hidden(key)}", "api_key_expired")
    if status == 403:
        return StripeError(
            403,
            f"The provided key '{hidden(key)}' does not have the required permissions for this"
            f" endpoint on account '{account}'. Having the '{permission}' permission would allow"
            " this request to continue.",
        )
    if status == 429:
        return rate_limited("global-rate")
    return StripeError(status, "An unknown error occurred", type="api_error")
