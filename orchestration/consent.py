"""Consent: addresses get their keyed hash in Python, never in SQL. Reads statements, appends to `raw_identity`."""

import os
from collections.abc import Mapping
from pathlib import Path

import dagster as dg

from orchestration import identity_log

STATEMENTS = dg.AssetKey(["intermediate", "int_consent_statements__unioned"])
TABLE = "address_hashes"
OWNER = "privacy-office"


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    from analysis.address_hashes import ADDRESS_HASHES

    return identity_log.asset(
        TABLE, ADDRESS_HASHES, append, owner=OWNER, deps=[STATEMENTS], described=described
    )


def append(warehouse: Path) -> tuple[int, Mapping[str, int]]:
    """Append the hashes of addresses that have none yet; how many there were."""
    from analysis.address_hashes import ADDRESS_HASHES, new_hashes

    with identity_log.opened(warehouse, TABLE, ADDRESS_HASHES) as log:
        rows = new_hashes(
            log.read(STATEMENTS, "distinct channel, address"),
            log.known(),
            as_of=log.as_of(),
            hash_key=os.environ.get("CONCORD_HASH_KEY", ""),
        )
        log.add(rows)
    return rows.num_rows, {}
