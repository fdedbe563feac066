"""Everything there is to link by, with each record as its place among the nodes."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import phone_numbers
from analysis.addresses import Joined, usable
from analysis.decisions import standing
from analysis.held_records import sides
from analysis.held_statements import phone_links
from analysis.identity_edges import PHONE
from analysis.identity_evidence import Digests
from analysis.identity_logs import conform, record_ids
from analysis.identity_tables import (
    DECISIONS,
    EMAILS,
    LINKED_RECORD,
    LINKS,
    NONE,
    PHONES,
    Records,
)
from analysis.linking import Evidence, said
from analysis.phones import PhoneLinks


def read(
    records: Records,
    nodes: pa.Table,
    ids: pa.Array,
    held: pa.Table,
    joined: Joined,
    digests: Digests,
) -> tuple[Evidence, pa.Table, pa.Table]:
    """The evidence, and the links and decisions it points into. ``held`` are the open statements."""
    emails = conform(records.emails, EMAILS).sort_by("email_normalized").combine_chunks()
    numbers = conform(records.phones, PHONES).combine_chunks()
    links = conform(records.links, LINKS)
    decisions = conform(records.decisions, DECISIONS)
    by_phone = held.filter(pc.equal(held["rule"], PHONE)).combine_chunks()
    places = places_of(
        ids,
        record_ids(emails),
        record_ids(numbers),
        record_ids(links),
        record_ids(links, LINKED_RECORD),
        record_ids(decisions),
        record_ids(decisions, LINKED_RECORD),
        record_ids(by_phone),
        record_ids(by_phone, LINKED_RECORD),
    )
    addresses = usable(nodes, emails, places[0], sides(nodes), records.limits_of("email"), joined)
    has_email = pc.is_valid(nodes["email_normalized"]).to_numpy().copy()
    has_email[places[0][places[0] != NONE]] = True
    read_numbers = phone_numbers.read(
        numbers, places[1], nodes, has_email, records.limits_of("phone")
    )
    digests.emails = digests.of(addresses.texts)
    digests.phones = digests.of(read_numbers.texts)
    evidence = Evidence(
        addresses=addresses,
        said=said(links, places[2], places[3]),
        decided=standing(decisions, places[4], places[5]),
        numbers=read_numbers,
        earlier=_still(by_phone, places[6], places[7], has_email, read_numbers, digests),
        has_email=has_email,
    )
    return evidence, links, decisions


def _still(
    by_phone: pa.Table,
    places: np.ndarray,
    others: np.ndarray,
    has_email: np.ndarray,
    numbers: phone_numbers.Numbers,
    digests: Digests,
) -> PhoneLinks:
    """Phone links of earlier runs whose evidence still stands."""
    number_of = {digest: place for place, digest in enumerate(digests.phones.to_pylist())}
    holders: dict[str, set[int]] = defaultdict(set)
    hashes = digests.phones.take(pa.array(numbers.phone)).to_pylist()
    for digest, node in zip(hashes, numbers.node.tolist(), strict=True):
        holders[digest].add(node)
    rows = phone_links(by_phone, places, others, has_email, holders)
    evidence = by_phone["evidence"].take(pa.array(rows)).to_pylist()
    phone = np.array([number_of[digest] for digest in evidence], dtype=np.int64)
    order = np.lexsort((phone, others[rows], places[rows]))
    return PhoneLinks(places[rows][order], others[rows][order], phone[order], reason=[])


def places_of(among: pa.Array, *values: pa.Array) -> list[np.ndarray]:
    """Where each value stands in ``among`` (-1: nowhere), asked for all of them at once."""
    found = positions(pa.chunked_array(values, pa.string()), among)
    return np.split(found, np.cumsum([len(each) for each in values])[:-1])


def positions(values, among) -> np.ndarray:
    found = pc.fill_null(pc.index_in(values, value_set=flat(among)), NONE)
    return flat(found).to_numpy(zero_copy_only=False).astype(np.int64)


def flat(values) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
