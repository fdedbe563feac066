"""The rule of a link that no vendor names: from a shop's company to each CRM's company of all its buyers."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.components import label
from analysis.decisions import standing
from analysis.identity_logs import current_assignments, record_ids
from analysis.identity_reading import places_of
from analysis.identity_tables import LINKED_RECORD, LINKS, NONE, RECORD

SHARED_BUYERS = "shared_buyers"
PERSON = ("person_system", "person_account", "person_source_id")
# Who buys for a shop's company, and who belongs to a CRM's.
PEOPLE = pa.schema(
    [*((name, pa.string()) for name in (*RECORD, *PERSON)), ("is_buyer", pa.bool_())]
)


def merged_companies(companies: pa.Table, links: pa.Table, decisions: pa.Table) -> np.ndarray:
    """One number per company that its CRM's merges or a steward made one; a steward's word outranks a merge."""
    source, target, one, other = places_of(
        record_ids(companies),
        *(record_ids(of, ends) for of in (links, decisions) for ends in (RECORD, LINKED_RECORD)),
    )
    decided = standing(decisions, one, other)
    apart = {*zip(decided.cannot.source, decided.cannot.target, strict=True)}
    counts = pc.equal(links["rule"], "vendor_merge").to_numpy() & (source != NONE)
    counts &= target != NONE
    merges = [
        pair
        for pair in zip(source[counts], target[counts], strict=True)
        if pair not in apart and pair[::-1] not in apart
    ]
    pairs = np.array(merges, dtype=np.int64).reshape(-1, 2)
    return label(
        len(companies),
        np.concatenate([pairs[:, 0], decided.links.source]),
        np.concatenate([pairs[:, 1], decided.links.target]),
    )


def links(
    companies: pa.Table, merged: np.ndarray, people: pa.Table, assignments: pa.Table
) -> pa.Table:
    """Links from shops' companies to the CRMs'; a CRM that has buyers with several companies gives none.

    Of records that are one company (``merged``) the first by name is linked.
    """
    (places,) = places_of(record_ids(companies), record_ids(people))
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
        pa.repeat(SHARED_BUYERS, len(pairs)),
        pc.binary_join_element_wise(other["account"], other["source_id"], ":"),
        pc.max_element_wise(one["first_seen_at"], other["first_seen_at"]),
        pa.nulls(len(pairs), pa.string()),
    ]
    return pa.table(columns, schema=LINKS)
