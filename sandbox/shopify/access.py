"""Who may ask for what: apps and their tokens, and what is said to one that may not."""

import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import FieldNode, GraphQLError

from sandbox.shopify.limits import Limits
from sandbox.shopify.scopes import SCOPES, UNNAMED

DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"


@cache
def allows(scopes: frozenset[str], sentence: str) -> bool:
    """Every ``and`` part of the sentence names a scope that is granted."""
    if sentence in UNNAMED:
        return UNNAMED[sentence] in scopes
    parts = [set(re.findall(r"`(\w+)`", part)) for part in sentence.split(" and (")]
    return all(part & scopes for part in parts)


def denied(field_name: str, sentence: str, nodes: list[FieldNode] | None = None) -> GraphQLError:
    return GraphQLError(
        f"Access denied for {field_name} field. Required access: {sentence}",
        nodes,
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": DOCUMENTATION,
            "requiredAccess": sentence,
        },
    )


@dataclass
class App:
    """An app installed on a shop, asking with a static token or with ones it is granted.

    ``secret`` is the token itself (``shpat_...``) or ``<client id>:<client secret>``.
    """

    secret: str
    scopes: frozenset[str] = frozenset(SCOPES)
    limits: Limits = field(default_factory=Limits)
    _granted: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def knows(self, token: str) -> bool:
        if not token:
            return False
        if ":" not in self.secret:
            return hmac.compare_digest(token.encode(), self.secret.encode())
        with self._lock:
            return self._granted.get(token, 0.0) > time.monotonic()

    def grant(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Client-credentials grant: HTTP status and body."""
        if asked.get("grant_type") != "client_credentials":
            return 400, {
                "error": "unsupported_grant_type",
                "error_description": "grant_type must be client_credentials",
            }
        given = f"{asked.get('client_id', '')}:{asked.get('client_secret', '')}"
        if ":" not in self.secret or not hmac.compare_digest(given.encode(), self.secret.encode()):
            return 401, {
                "error": "invalid_client",
                "error_description": "The client id or secret is wrong, or the app is not installed.",
            }
        token = f"shpat_{secrets.token_hex(16)}"
        with self._lock:
            self._granted[token] = time.monotonic() + self.limits.token_seconds
        return 200, {
            "access_token": token,
            "scope": ",".join(sorted(self.scopes)),
            "expires_in": int(self.limits.token_seconds),
        }
