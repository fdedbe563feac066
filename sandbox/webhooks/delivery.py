"""One delivery, and how its vendor signs and labels it. A signature is made when it is sent.

Source: shopify.dev (webhook headers, verify deliveries), docs.stripe.com/webhooks (signatures),
docs.adyen.com (standard webhooks, verify HMAC signatures).
"""

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson

API_VERSION = "2026-07"
# What Adyen signs of a notification item, joined by colons.
SIGNED_BY_ADYEN = (
    *("pspReference", "originalReference", "merchantAccountCode", "merchantReference"),
    *("value", "currency", "eventCode", "success"),
)
NAMESPACE = uuid.UUID("6f1c2f0e-6f8e-4c55-9a07-5a3d54c0c1a7")  # of the events' ids; any would do


@dataclass(frozen=True)
class Delivery:
    """An event as it goes out. ``happened_at``: UTC; ``domain``: of the shop, at Shopify."""

    system: str
    account: str
    topic: str
    event_id: str
    happened_at: datetime
    body: bytes
    domain: str = ""

    def again(self, number: int) -> "Delivery":
        """Another event that tells the same: it has an id of its own."""
        if not number:
            return self
        event_id = f"{self.event_id}{number:06d}"
        body = self.body
        if self.system == "stripe":
            body = orjson.dumps(orjson.loads(body) | {"id": event_id})
        elif self.system == "adyen":
            item = orjson.loads(body)
            item["pspReference"] += f"{number:06d}"
            event_id, body = adyen_event_id(item), orjson.dumps(item)
        return replace(self, event_id=event_id, body=body)

    def sent(self, secret: str) -> tuple[dict[str, str], bytes]:
        """The headers and the body of this delivery, sent now."""
        if self.system == "adyen":
            return {"Content-Type": "application/json"}, _adyen(self, secret)
        own = _shopify(self, secret) if self.system == "shopify" else _stripe(self, secret)
        return {"Content-Type": "application/json", **own}, self.body


def event_id(*parts: str) -> str:
    """The id of a Shopify event: the same for the same cause."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts)))


def adyen_event_id(item: Mapping[str, Any]) -> str:
    """What Adyen's notifications are told apart by: they have no id of their own."""
    return f"{item['pspReference']}:{item['eventCode']}:{item['success']}"


def _shopify(delivery: Delivery, secret: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), delivery.body, hashlib.sha256).digest()
    moment = delivery.happened_at.replace(tzinfo=UTC)
    return {
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": delivery.topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Shop-Domain": delivery.domain,
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Webhook-Id": event_id(delivery.event_id, delivery.topic),
        "X-Shopify-Event-Id": delivery.event_id,
        "X-Shopify-Triggered-At": moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    }


def _stripe(delivery: Delivery, secret: str) -> dict[str, str]:
    moment = int(time.time())
    signed = hmac.new(secret.encode(), b"%d." % moment + delivery.body, hashlib.sha256).hexdigest()
    return {
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": f"t={moment},v1={signed}",
    }


def _adyen(delivery: Delivery, secret: str) -> bytes:
    """One item in a request, with a signature over fields of it; ``secret`` is a key in hexadecimal digits."""
    item = orjson.loads(delivery.body)
    fields = {**item, **item["amount"]}
    signed = ":".join(str(fields.get(name, "")) for name in SIGNED_BY_ADYEN).encode()
    digest = hmac.new(bytes.fromhex(secret), signed, hashlib.sha256).digest()
    item["additionalData"]["hmacSignature"] = base64.b64encode(digest).decode()
    return orjson.dumps({"live": "true", "notificationItems": [{"NotificationRequestItem": item}]})
