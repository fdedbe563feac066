"""Who sent this: a vendor's signature over the bytes as they came, compared in constant time.

Each vendor's way is one class. A rotation has two secrets for a while: any of them may have signed.
Nothing is parsed before it is proven, except where Adyen signs fields and not bytes.

Source: shopify.dev (verify webhooks), docs.stripe.com/webhooks (signatures), docs.adyen.com (verify HMAC
signatures).
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

TOLERANCE_SECONDS = (
    300  # how old or how far ahead a signed moment may be: a caught request can't be replayed
)
SIGNED_BY_ADYEN = (
    *("pspReference", "originalReference", "merchantAccountCode", "merchantReference"),
    *("amount.value", "amount.currency", "eventCode", "success"),
)

Headers = Mapping[str, str]  # names in lower case


class Unsigned(ValueError):  # noqa: N818 it names the state, not the raise
    """Nobody who holds the secret sent these bytes; the message says what is wrong, never the secret."""


def check(
    system: str, secrets: Sequence[str], headers: Headers, body: bytes, now: float | None = None
) -> None:
    """Raise ``Unsigned`` unless one of the secrets signed this. ``now``: seconds since 1970."""
    CHECKS[system](secrets, headers, body, time.time() if now is None else now)


def _shopify(secrets: Sequence[str], headers: Headers, body: bytes, _: float) -> None:
    given = headers.get("x-shopify-hmac-sha256")
    if not given:
        raise Unsigned("no X-Shopify-Hmac-Sha256 header")
    _one_of([_base64(secret.encode(), body) for secret in secrets], [given])


def _stripe(secrets: Sequence[str], headers: Headers, body: bytes, now: float) -> None:
    """``t=<seconds>,v1=<hex>``, with a ``v1`` per secret while one is being rolled."""
    parts = [part.partition("=") for part in headers.get("stripe-signature", "").split(",")]
    moments = [value for name, _, value in parts if name.strip() == "t"]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    if len(moments) != 1 or not moments[0].isdecimal() or not given:
        raise Unsigned("no Stripe-Signature header with t= and v1=")
    if abs(now - int(moments[0])) > TOLERANCE_SECONDS:
        raise Unsigned(f"signed more than {TOLERANCE_SECONDS} s from now")
    signed = moments[0].encode() + b"." + body
    _one_of(
        [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets], given
    )


def _adyen(secrets: Sequence[str], _: Headers, body: bytes, __: float) -> None:
    """Every notification item carries its own signature, over fields and not over bytes."""
    items = adyen_items(body)
    if not items:
        raise Unsigned("no notificationItems")
    keys = [_hex_key(secret) for secret in secrets]
    for item in items:
        given = _at(item, "additionalData.hmacSignature")
        if not isinstance(given, str):
            raise Unsigned("an item without additionalData.hmacSignature")
        signed = ":".join(_text(_at(item, path)) for path in SIGNED_BY_ADYEN).encode()
        _one_of([_base64(key, signed) for key in keys], [given])


CHECKS = {"adyen": _adyen, "shopify": _shopify, "stripe": _stripe}
SENDERS = tuple(CHECKS)  # the systems whose webhooks are taken in


def adyen_items(body: bytes) -> list[dict[str, Any]]:
    """The notifications in one request of Adyen's; none if it isn't of that shape."""
    try:
        listed = orjson.loads(body)["notificationItems"]
        items = [each["NotificationRequestItem"] for each in listed]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []
    return items if all(isinstance(item, dict) for item in items) else []


def _one_of(expected: Sequence[str], given: Sequence[str]) -> None:
    """All pairs are compared, whichever matches: how long it takes tells nothing."""
    same = [hmac.compare_digest(a.encode(), b.strip().encode()) for a in expected for b in given]
    if not any(same):
        raise Unsigned("the signature is not of this secret and these bytes")


def _base64(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _hex_key(secret: str) -> bytes:
    try:
        return bytes.fromhex(secret)
    except ValueError:
        raise Unsigned("the account's HMAC key is not hexadecimal, as Adyen's are") from None


def _at(item: Any, path: str) -> Any:
    for part in path.split("."):
        item = item.get(part) if isinstance(item, dict) else None
    return item


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
