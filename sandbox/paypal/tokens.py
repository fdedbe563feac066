"""An app's access tokens: the client-credentials grant, and whether a request carries a token that holds.

Source: developer.paypal.com, get an access token.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.paypal.errors import token_error

SECONDS = 32_400
SCOPES = (
    "https://uri.paypal.com/services/reporting/search/read",
    "https://uri.paypal.com/services/disputes/read-seller",
    "https://uri.paypal.com/services/reporting/balances/read",
)


@dataclass(frozen=True)
class App:
    """The app that ``secret`` (``client id:secret``) is of; its token is the same in whatever world."""

    secret: str

    @property
    def token(self) -> str:
        return f"A21AA{hashlib.sha256(f'{self.secret} token'.encode()).hexdigest()}"

    def knows(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode())

    def granted(self, request: Request, sent: bytes) -> Response:
        given = request.headers.get("authorization", "")
        expected = f"Basic {base64.b64encode(self.secret.encode()).decode()}"
        expired = getattr(request.state, "fault", None) == "expired_token"
        if expired or not hmac.compare_digest(given.encode(), expected.encode()):
            return token_error(401, "invalid_client", "Client Authentication failed")
        asked = dict(parse_qsl(sent.decode("utf-8", "replace")))
        if asked.get("grant_type") != "client_credentials":
            return token_error(400, "unsupported_grant_type", "Grant Type is NULL")
        return JSONResponse(
            {
                "scope": " ".join(SCOPES),
                "access_token": self.token,
                "token_type": "Bearer",
                "app_id": "APP-80W284485P519543T",
                "expires_in": SECONDS,
                "nonce": "2026-01-01T00:00:00Z",
            }
        )
