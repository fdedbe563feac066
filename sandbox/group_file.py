"""The group as a file: what ``group.toml`` says of a world whose servers answer at given addresses."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox import group_secrets
from sandbox.adyen import server as adyen
from sandbox.group_secrets import secret_env, webhook_secret, webhook_secret_env
from sandbox.servers import Served
from sandbox.world import World

OWNER_OF_RATES = "treasury-team"
# Stripe's endpoints take 25 requests a second, Zendesk's exports 10 a minute, unless they raised that; the
# group's have it raised.
RATES = {"stripe": 100, "zendesk": 600}
DATED = ("adyen",)  # whose reports are asked for by their days
ZONE = "Europe/Berlin"  # the group's own: where its windows are and the ECB's days end
LANES: Mapping[str, Mapping[str, str | list[str]]] = {
    "transactional": {
        "every": "5s",
        "topics": ["orders/*", "refunds/*", "fulfillments/*", "order_transactions/*", "returns/*"],
        "owner": "data-platform",
    },
    "behavioural": {
        "every": "20m",
        "streams": ["shopify.abandoned_checkouts", "shopify.order_details"],
        "owner": "marketing-analytics",
    },
    "scores": {
        "every": "1d",
        "at": "06:00",
        "marts": ["customer_360", "customer_ltv"],
        "owner": "marketing-analytics",
    },
}


def write(file: Path, world: World, served: Sequence[Served], name: str) -> None:
    """Write FILE in the form the product reads and FILE.env beside it, with the secrets."""
    _write_group(file, world, {one.account: one.base_url for one in served})
    secrets = {secret_env(one.system, one.account): one.secret for one in served}
    secrets |= {
        webhook_secret_env(one.system, one.account): webhook_secret(name, one.account, one.system)
        for one in served
    }
    group_secrets.write(file.with_name(f"{file.name}.env"), name, secrets)


def _write_group(file: Path, world: World, base_urls: Mapping[str, str]) -> None:
    replayed = len(world.shops) == 1
    group = {
        "name": f"{world.shops[0].account} (replayed)" if replayed else "Nordlicht Group",
        "currency": world.group_currency,
        "zone": ZONE,
    }
    accounts: list[Mapping[str, object]] = [
        {
            "system": "shopify",
            "account": shop.account,
            "legal_entity": shop.legal_entity,
            "base_url": base_urls[shop.account],
            "zone": shop.zone,
            "currency": shop.currency,
            "secret_env": secret_env("shopify", shop.account),
            "webhook_secret_env": webhook_secret_env("shopify", shop.account),
            "owner": shop.owner,
        }
        for shop in world.shops
    ]
    history_from = world.history_from.isoformat()
    accounts += [
        {
            "system": spec.system,
            "account": spec.account,
            "legal_entity": spec.legal_entity,
            "base_url": base_urls[spec.account] + _folder(spec.system, spec.account),
            "zone": spec.zone,
            "currency": spec.currency,
            "secret_env": secret_env(spec.system, spec.account),
            **_signing(spec.system, spec.account),
            "owner": spec.owner,
            **({"endpoint_rate": RATES[spec.system]} if spec.system in RATES else {}),
            **({"history_from": history_from} if spec.system in DATED else {}),
        }
        for spec in world.accounts
    ]
    for system in ("ecb", "treasury"):
        account: dict[str, str | int] = {
            "system": system,
            "account": system,
            "legal_entity": "group",
            "base_url": base_urls[system],
            "zone": ZONE,
            "currency": "EUR",
            **({"secret_env": secret_env(system, system)} if system == "treasury" else {}),
            "owner": OWNER_OF_RATES,
            "history_from": history_from,
        }
        accounts.append(account)
    window = {
        "zone": ZONE,
        "start": "01:00",
        "end": "05:00",
        "owner": "data-platform",
    }
    blackouts = '[{ from = "2026-11-27", to = "2026-11-30", reason = "Black Friday" }]'
    parts = ["[group]", *_lines(group)]
    for entry in accounts:
        parts += ["", "[[accounts]]", *_lines(entry)]
    parts += ["", "[windows.nightly]", *_lines(window), f"blackouts = {blackouts}"]
    for lane, settings in LANES.items():
        parts += ["", f"[lanes.{lane}]", *_lines(settings)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(parts) + "\n")


def _folder(system: str, account: str) -> str:
    """What an account's address ends with, where it is a folder and not a host."""
    return adyen.folder(account) if system == "adyen" else ""


def _signing(system: str, account: str) -> dict[str, str]:
    """What names the secret of the webhooks, where the vendor sends any."""
    if webhook_secret("", account, system) is None:
        return {}
    return {"webhook_secret_env": webhook_secret_env(system, account)}


def _lines(table: Mapping[str, object]) -> list[str]:
    return [f"{key} = {json.dumps(value)}" for key, value in table.items()]
