"""The group's secrets, derived from its world's name: they look random and are the same for the same world."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

RETRY_WAITS = "1,2"  # seconds: nobody waits half an hour for a vendor that is a process beside them
FORMS = {
    "token": "shpat_{0:.32}",
    "treasury": "trs_{0:.40}",
    "stripe": "rk_live_{0:.48}",
    "aftership": "asat_{0:.32}",
    "salesforce": "3MVG9{0:.40}:{1:.64}",
    "zendesk": "warehouse@nordlicht.example/token:{0:.40}",
    "email_tool": "emt_{0:.40}",
    "adyen": "report@Company.Nordlicht:{0:.32}",
    "paypal": "A{0:.40}:E{1:.60}",
    "bank": "bnk_{0:.40}",
    "erp": "erp_{0:.40}",
}


def secret(name: str, account: str, kind: str) -> str:
    """An account's secret in its vendor's form; ``kind`` is the system, or how a shop wants to be asked."""
    digest = _digest(name, account)
    if kind == "client_credentials":
        return f"{digest[:32]}:shpss_{digest[32:]}"
    if kind == "hubspot":
        ends = (8, 12, 16, 20, 32)
        parts = [digest[a:b] for a, b in zip((0, *ends), ends, strict=False)]
        return f"pat-eu1-{'-'.join(parts)}"
    return FORMS[kind].format(digest, _digest(name, f"{account} secret").upper())


def webhook_secret(name: str, account: str, system: str) -> str | None:
    """What an account signs its webhooks with: a Shopify app with its client secret; None: it sends none.

    Adyen's is a key in hexadecimal digits.
    """
    if system == "shopify":
        return f"shpss_{_digest(name, account)[32:]}"
    if system == "adyen":
        return _digest(name, f"{account} webhooks").upper()
    return f"whsec_{_digest(name, f'{account} webhooks')[:32]}" if system == "stripe" else None


def webhook_secret_env(system: str, account: str) -> str:
    """The variable that holds it: ``STRIPE_PAYMENTS_KK_WEBHOOK_SECRET``."""
    return f"{secret_env(system, account).removesuffix('_SECRET')}_WEBHOOK_SECRET"


def secret_env(system: str, account: str) -> str:
    """The variable that holds it: ``STRIPE_PAYMENTS_KK_SECRET``."""
    name = account.replace("-", "_").upper()
    return f"{system.upper()}_{name}_SECRET" if system != account else f"{name}_SECRET"


def write(env: Path, name: str, secrets: Mapping[str, str | None]) -> None:
    """``KEY=VALUE`` lines for their owner only; accounts without a secret are left out."""
    lines = [f"{key}={value}\n" for key, value in secrets.items() if value]
    lines.append(f"CONCORD_HASH_KEY={_digest(name, 'hash key')}\n")
    lines.append(f"CONCORD_RETRY_WAITS={RETRY_WAITS}\n")
    write_private(env, "".join(lines))


def write_private(file: Path, text: str) -> None:
    """For its owner only, from before the first byte is in it."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text, encoding="utf-8")


def _digest(name: str, what: str) -> str:
    return hashlib.sha256(f"{name}|{what}".encode()).hexdigest()
