"""One delivery, and how its vendor signs and labels it. A signature is made when it is sent.

Source: shopify.dev (webhook headers, verify deliveries), docs.stripe.com/webhooks (signatures).
"""

import base64
import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson

API_VERSION = "2026-07"
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
        event_id = f"{self.event_id}{number:06d}" if number else self.event_id
        if self.system != "stripe" or not number:
            return replace(self, event_id=event_id)
        body = orjson.dumps(orjson.loads(self.body) | {"id": event_id})
        return replace(self, event_id=event_id, body=body)

    def headers(self, secret: str) -> dict[str, str]:
        """The headers of this delivery, sent now."""
        own = _shopify(self, secret) if self.system == "shopify" else _stripe(self, secret)
        return {"Content-Type": "application/json", **own}


def event_id(*parts: str) -> str:
    """The id of a Shopify event: the same for the same cause."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts)))


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
