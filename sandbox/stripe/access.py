"""Who may read what: a restricted key, given as Bearer token or as the user name of Basic auth.

A key's permissions are per resource (docs.stripe.com/keys/restricted-api-keys); refunds belong to charges.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass

from sandbox.stripe.errors import NO_KEY, StripeError, hidden, of_status

PERMISSIONS = {
    "charges": "rak_charge_read",
    "payment_intents": "rak_payment_intent_read",
    "refunds": "rak_charge_read",
    "disputes": "rak_dispute_read",
    "balance_transactions": "rak_balance_transaction_source_read",
    "payouts": "rak_payout_read",
    "customers": "rak_customer_read",
    "events": "rak_event_read",
}


@dataclass(frozen=True)
class Key:
    """One account's restricted key and what it may read."""

    secret: str
    account_id: str
    permissions: frozenset[str] = frozenset(PERMISSIONS.values())

    def check(self, authorization: str | None, resource: str, method: str) -> None:
        """Raise what Stripe answers to a request that this key doesn't open."""
        given = _given(authorization)
        if not given:
            raise StripeError(401, NO_KEY, headers={"WWW-Authenticate": 'Basic realm="Stripe"'})
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            raise StripeError(401, f"Invalid API Key provided: {hidden(given)}")
        wanted = PERMISSIONS[resource]
        if method != "GET":
            raise self.forbidden(wanted.replace("_read", "_write"))
        if wanted not in self.permissions:
            raise self.forbidden(wanted)

    def forbidden(self, permission: str) -> StripeError:
        return of_status(403, self.secret, permission, self.account_id)

    def expired(self) -> StripeError:
        return of_status(401, self.secret)


def _given(authorization: str | None) -> str:
    kind, _, value = (authorization or "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
