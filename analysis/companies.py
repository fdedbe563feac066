"""Company keys: which records of CRMs and shops are one company, resolved as customers are.

Companies have neither addresses nor numbers here: a vendor's own link or merge speaks for them, and that
all of a shop company's buyers whom a CRM knows belong to one company there. Orchestration reads and
appends as for customers, to logs of the same columns with ``company`` for ``customer``.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.components import label
from analysis.identity_logs import conform, current_assignments, record_ids
from analysis.identity_reading import places_of
from analysis.identity_tables import (
    INSTANT,
    LINKED_RECORD,
    LINKS,
    LOGS,
    NODES,
    NONE,
    RECORD,
    History,
    Records,
)

PREFIX = "co"
BUYERS = "shared_buyers"
"""Rule of a link that no vendor names: to each CRM's company of all of a shop company's buyers."""

COMPANIES = pa.schema([*((name, pa.string()) for name in RECORD), ("first_seen_at", INSTANT)])
PERSON = ("person_system", "person_account", "person_source_id")
# Who buys for a shop's company, and who belongs to a CRM's.
PEOPLE = pa.schema(
    [*((name, pa.string()) for name in (*RECORD, *PERSON)), ("is_buyer", pa.bool_())]
)
TABLES = {
    log: f"company_{log.removeprefix('customer_')}"
    for log in LOGS
    if not log.startswith("refus")  # of identifiers and of pairs that guards keep apart: none here
}
"""Log of a resolution -> the table of ``raw_identity`` that keeps it for companies."""
SCHEMAS = {
    table: pa.schema(
        [field.with_name(field.name.replace("customer", "company")) for field in LOGS[log]]
    )
    for log, table in TABLES.items()
}


def records(
    companies: pa.Table, links: pa.Table, people: pa.Table, assignments: pa.Table
) -> Records:
    """What there is to resolve; ``assignments`` is the log of people's keys, whole."""
    companies = conform(companies, COMPANIES).sort_by([(name, "ascending") for name in RECORD])
    known = {"node_kind": pa.repeat("company", len(companies))}
    known |= {name: companies[name] for name in COMPANIES.names}
    nodes = [known.get(field.name, pa.nulls(len(companies), field.type)) for field in NODES]
    links = conform(links, LINKS)
    shared = _shared_buyers(companies, links, conform(people, PEOPLE), assignments)
    return Records(pa.table(nodes, schema=NODES), links=pa.concat_tables([links, shared]))


def history(tables: Mapping[str, pa.Table]) -> History:
    """The tables of companies as a resolution reads its logs."""
    return History(
        **{log: tables[table].rename_columns(LOGS[log].names) for log, table in TABLES.items()}
    )


def appended(log: str, rows: pa.Table) -> pa.Table:
    """A log's new rows as the companies' table has them."""
    return rows.rename_columns(SCHEMAS[TABLES[log]].names)


def _shared_buyers(
    companies: pa.Table, links: pa.Table, people: pa.Table, assignments: pa.Table
) -> pa.Table:
    """Links from shops' companies to the CRMs'; a CRM that has buyers with several companies gives none.

    Records that merges made one count as one, and the first of them by name is linked.
    """
    places, source, target = places_of(
        record_ids(companies), *map(record_ids, (people, links)), record_ids(links, LINKED_RECORD)
    )
    is_merge = pc.equal(links["rule"], "vendor_merge").to_numpy() & (source != NONE)
    is_merge &= target != NONE
    merged = label(len(companies), source[is_merge], target[is_merge])
    crm_of = pc.binary_join_element_wise(people["system"], people["account"], ":").to_pylist()
    belongs: dict[str, set[tuple[str, int]]] = defaultdict(set)  # customer -> (CRM, its company)
    buyers: dict[int, set[str]] = defaultdict(set)
    for place, key, is_buyer, crm in zip(
        places.tolist(),
        _customers(people, assignments),
        people["is_buyer"].to_pylist(),
        crm_of,
        strict=True,
    ):
        if place != NONE and key is not None:
            if is_buyer:
                buyers[place].add(key)
            else:
                belongs[key].add((crm, int(merged[place])))
    pairs = []
    for place, customers in sorted(buyers.items()):
        known = set().union(*(belongs[key] for key in customers if key in belongs))
        crms = [crm for crm, _ in known]
        pairs += [(place, company) for crm, company in sorted(known) if crms.count(crm) == 1]
    return _links(companies, np.array(pairs, dtype=np.int64).reshape(-1, 2))


def _customers(people: pa.Table, assignments: pa.Table) -> list[str | None]:
    """Of each row the key of its person; None for one without."""
    keys = current_assignments(assignments)
    (place,) = places_of(record_ids(keys), record_ids(people, PERSON))
    return keys["customer_key"].take(pa.array(place, mask=place == NONE)).to_pylist()


def _links(companies: pa.Table, pairs: np.ndarray) -> pa.Table:
    one, other = (companies.take(pa.array(pairs[:, side])) for side in (0, 1))
    columns = [one[name] for name in RECORD] + [other[name] for name in RECORD]
    columns += [
        pa.repeat(BUYERS, len(pairs)),
        pc.binary_join_element_wise(other["account"], other["source_id"], ":"),
        pc.max_element_wise(one["first_seen_at"], other["first_seen_at"]),
        pa.nulls(len(pairs), pa.string()),
    ]
    return pa.table(columns, schema=LINKS)
