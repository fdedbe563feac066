"""The group as a file: what ``group.toml`` says of a world whose servers answer at given addresses."""

import json
from collections.abc import Mapping
from pathlib import Path

from sandbox.world import World

OWNER_OF_RATES = "treasury-team"
ZONE = "Europe/Berlin"  # the group's own: where its windows are and the ECB's days end


def secret_env(system: str, account: str) -> str:
    name = account.replace("-", "_").upper()
    return f"{system.upper()}_{name}_SECRET" if system != account else f"{name}_SECRET"


def write(file: Path, world: World, base_urls: Mapping[str, str]) -> None:
    """Write FILE in the form the product reads."""
    replayed = len(world.shops) == 1
    group = {
        "name": f"{world.shops[0].account} (replayed)" if replayed else "Nordlicht Group",
        "currency": world.group_currency,
        "zone": ZONE,
    }
    accounts: list[dict[str, str]] = [
        {
            "system": "shopify",
            "account": shop.account,
            "legal_entity": shop.legal_entity,
            "base_url": base_urls[shop.account],
            "zone": shop.zone,
            "currency": shop.currency,
            "secret_env": secret_env("shopify", shop.account),
            "owner": shop.owner,
        }
        for shop in world.shops
    ]
    for system in ("ecb", "treasury"):
        account = {
            "system": system,
            "account": system,
            "legal_entity": "group",
            "base_url": base_urls[system],
            "zone": ZONE,
            "currency": "EUR",
            **({"secret_env": secret_env(system, system)} if system == "treasury" else {}),
            "owner": OWNER_OF_RATES,
            "history_from": world.history_from.isoformat(),
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
    for account in accounts:
        parts += ["", "[[accounts]]", *_lines(account)]
    parts += ["", "[windows.nightly]", *_lines(window), f"blackouts = {blackouts}"]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(parts) + "\n")


def _lines(table: Mapping[str, str]) -> list[str]:
    return [f"{key} = {json.dumps(value)}" for key, value in table.items()]
