"""A connected app's sessions: the client-credentials flow, and whether a request carries its token.

Source: developer.salesforce.com, OAuth 2.0 client credentials flow.
"""

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.salesforce.errors import TokenError


class ConnectedApp:
    """The app that ``secret`` (``client id:client secret``) is of, in one organisation."""

    def __init__(self, secret: str, account: str) -> None:
        self._secret = secret
        # The same for the same organisation, in whatever world: a session outlives the clock.
        digest = hashlib.sha256(f"{secret} {account}".encode()).hexdigest()
        self._org = f"00D5g00000{digest[:5].upper()}EAA"
        self._token = f"{self._org[:15]}!AQ{digest[5:61]}"

    def knows(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode())

    def granted(self, request: Request, body: bytes) -> Any:
        asked = dict(parse_qsl(body.decode("utf-8", "replace")))
        if getattr(request.state, "fault", None) == "expired_token":
            raise TokenError("invalid_client", "invalid client credentials", 401)
        if asked.get("grant_type") != "client_credentials":
            raise TokenError("unsupported_grant_type", "grant type not supported")
        given = f"{asked.get('client_id', '')}:{asked.get('client_secret', '')}"
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise TokenError("invalid_client", "invalid client credentials")
        base = str(request.base_url).rstrip("/")
        return {
            "access_token": self._token,
            "signature": hashlib.sha256(self._token.encode()).hexdigest(),
            "scope": "api",
            "instance_url": base,
            "id": f"{base}/id/{self._org}/0055gE00000000AABQ",
            "token_type": "Bearer",
            "issued_at": "1791007200000",
        }
