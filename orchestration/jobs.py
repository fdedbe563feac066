"""Jobs of one system and of one account: what a person starts to bring just that part of raw up to date."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from ingestion.group import Account, Group


def loads(group: Group) -> Iterator[Any]:
    """A job per system that the group has an account of, and one per account."""
    for system in sorted({account.system for account in group.accounts}):
        accounts = group.accounts_of(system)
        yield _job(
            f"refresh_raw_{system}",
            system,
            f"Load every account of {system} into raw; nothing is built or published.",
            accounts,
        )
        if len(accounts) > 1:
            for account in accounts:
                yield _job(
                    re.sub(r"\W", "_", f"refresh_raw_{system}_{account.account}"),
                    system,
                    f"Load {system} {account.account} into raw; nothing is built or published.",
                    [account],
                )


def _job(name: str, system: str, description: str, accounts: Sequence[Account]) -> Any:
    return dg.define_asset_job(
        name,
        selection=dg.AssetSelection.groups(f"raw_{system}"),
        description=description,
        executor_def=dg.in_process_executor,
        config={
            "ops": {
                f"load_{system}": {
                    "config": {"accounts": [account.account for account in accounts]}
                }
            }
        },
        tags={
            "concord/system": system,
            "concord/accounts": ", ".join(account.account for account in accounts),
        },
    )
