"""Proposals: customers that might be one are scored once a run, and pairs that a rule refused with them.

Reads contacts and `raw_identity.refused_pairs`, appends to `raw_identity.proposals`.

A proposal changes nothing by itself: what a steward decides goes into the seed `identity_decisions`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import identity_log, raw

CONTACTS = dg.AssetKey(["marts_pii", "customer_contacts"])
TABLE = "proposals"
REFUSED = dg.AssetKey([identity_log.SCHEMA, "refused_pairs"])
OWNER = "data-steward"


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    from analysis.proposals import PROPOSALS

    return identity_log.asset(
        TABLE, PROPOSALS, append, owner=OWNER, deps=[CONTACTS, REFUSED], described=described
    )


def after(manifest: Mapping[str, Any]) -> set[dg.AssetKey]:
    """The models that show what was proposed: they can't be built before."""
    return raw.models_after(manifest, identity_log.SCHEMA, (TABLE,))


def append(warehouse: Path) -> tuple[int, Mapping[str, int]]:
    """Append what changed to the log; rows appended, and pairs proposed now."""
    from analysis import proposals, refused_pairs

    with identity_log.opened(warehouse, TABLE, proposals.PROPOSALS) as log:
        refused = refused_pairs.still_refused(log.read(REFUSED))
        scored = proposals.score(log.read(CONTACTS), refused)
        rows = proposals.changes(scored, log.known(), log.as_of())
        log.add(rows)
    return rows.num_rows, {"pairs_scored": scored.num_rows}
