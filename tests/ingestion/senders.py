"""Vendors' deliveries as a test sends them: a body, signed the vendor's way, over a real socket."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson

from ingestion.group import Account, Group
from ingestion.webhooks.intake import Intake
from ingestion.webhooks.store import store_of

SHOPIFY_SECRET, STRIPE_SECRET = "shpss_webhooks", "whsec_webhooks"
# Adyen's documented example: key, item and signature.
ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
ADYEN_ITEM: dict[str, Any] = {
    "pspReference": "7914073381342284",
    "originalReference": "",
    "merchantAccountCode": "TestMerchant",
    "merchantReference": "TestPayment-1407325143704",
    "amount": {"value": 1130, "currency": "EUR"},
    "eventCode": "AUTHORISATION",
    "success": "true",
    "eventDate": "2026-10-15T14:00:00+02:00",
    "additionalData": {"hmacSignature": "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="},
}
SECRETS = {
    "STRIPE_TINY_SECRET": "rk_live_tiny",
    "SHOP_WEBHOOKS": SHOPIFY_SECRET,
    "PAYMENTS_WEBHOOKS": f"{STRIPE_SECRET}, whsec_next",
    "ADYEN_WEBHOOKS": ADYEN_KEY,
}


def account(system: str, name: str, env: str | None = None, base_url: str = "http://nowhere"):
    return Account(
        system=system,
        account=name,
        legal_entity="tiny-gmbh",
        base_url=base_url,
        zone="Europe/Berlin",
        currency="EUR",
        owner="shop-team",
        secret_env="STRIPE_TINY_SECRET" if system == "stripe" else "TINY_SECRET",
        webhook_secret_env=env,
    )


def group(shop: str = "http://nowhere", stripe: str = "http://nowhere") -> Group:
    return Group(
        "Tiny",
        "EUR",
        "Europe/Berlin",
        (
            account("shopify", "shop", "SHOP_WEBHOOKS", shop),
            account("stripe", "payments", "PAYMENTS_WEBHOOKS", stripe),
            account("adyen", "terminals", "ADYEN_WEBHOOKS"),
            account("shopify", "quiet", None, shop),
        ),
    )


def shopify_headers(body: bytes, topic: str, event_id: str, secret: str = SHOPIFY_SECRET, at=None):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Event-Id": event_id,
        "X-Shopify-Webhook-Id": f"w-{event_id}",
        "X-Shopify-Triggered-At": at or "2026-10-15T12:00:00.123456789Z",
    }


def stripe_headers(body: bytes, secret: str = STRIPE_SECRET, at: float | None = None):
    moment = int(time.time() if at is None else at)
    signed = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={signed}"}


def adyen_body(*items: dict[str, Any]) -> bytes:
    listed = [{"NotificationRequestItem": item} for item in items or (ADYEN_ITEM,)]
    return orjson.dumps({"live": "false", "notificationItems": listed})


def signed_by_adyen(change: dict[str, Any]) -> dict[str, Any]:
    """Adyen's example item, changed and signed anew."""
    item = ADYEN_ITEM | change
    amount = item["amount"]
    signed = ":".join(
        str(part)
        for part in (
            *(item["pspReference"], item.get("originalReference") or ""),
            *(item["merchantAccountCode"], item["merchantReference"]),
            *(amount["value"], amount["currency"], item["eventCode"], item["success"]),
        )
    )
    digest = hmac.new(bytes.fromhex(ADYEN_KEY), signed.encode(), hashlib.sha256).digest()
    return item | {"additionalData": {"hmacSignature": base64.b64encode(digest).decode()}}


class Vendor:
    """Posts deliveries to a served intake."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.http = intake, httpx.Client(base_url=intake.base_url, timeout=10)

    def post(self, account: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return self.http.post(f"/webhooks/{account}", content=body, headers=headers)

    def shopify(self, topic: str, body: dict, event_id: str, **how: Any) -> httpx.Response:
        content = orjson.dumps(body)
        return self.post("shop", content, shopify_headers(content, topic, event_id, **how))

    def stripe(self, event: dict, **how: Any) -> httpx.Response:
        content = orjson.dumps(event)
        return self.post("payments", content, stripe_headers(content, **how))


@contextmanager
def serving(warehouse: Path, of: Group | None = None) -> Iterator[Vendor]:
    """An intake beside a warehouse that needn't exist, in a thread of this process."""
    intake = Intake(of or group(), store_of(warehouse), "127.0.0.1", 0)
    thread = threading.Thread(target=intake.serve, daemon=True)
    thread.start()
    vendor = Vendor(intake)
    try:
        yield vendor
    finally:
        vendor.http.close()
        intake.stop()
        thread.join(10)
