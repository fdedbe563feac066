"""Which rule and evidence speak for a record's customer, so that a steward can check each link."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import hmac

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_history import GONE
from analysis.identity_tables import NONE, RECORD
from analysis.linking import Evidence, Linked


class Digests:
    """Keyed hashes of addresses and numbers: nobody can look one up by hashing a list of them."""

    def __init__(self, hash_key: str) -> None:
        self._secret = hash_key.encode()
        self.emails = self.phones = pa.array([], pa.string())

    def of(self, texts: pa.Array) -> pa.Array:
        found = [
            hmac.digest(self._secret, text.encode(), "sha256").hex() for text in texts.to_pylist()
        ]
        return pa.array(found, pa.string())


def assign(
    nodes: pa.Table,
    links: pa.Table,
    given: Evidence,
    found: Linked,
    digests: Digests,
    keys: pa.ChunkedArray,
) -> pa.Table:
    """Key, rule and evidence per record, the strongest there is.

    A steward's link, a vendor's, an address that others have, a number, or its own id. A checkout is
    nobody's record, so an address is the best it has, shared or not. A record that is gone says only that.
    """
    size = nodes.num_rows
    taken, linked = given.decided.links, given.said
    decided = _firsts(size, taken.source[found.decided], taken.target[found.decided])
    link = _firsts(size, linked.source[found.said], linked.row[found.said])
    phone = _firsts(size, found.phones.source, found.phones.phone)
    address, is_shared = _address(size, given, found)
    is_checkout = pc.equal(nodes["node_kind"], "checkout").to_numpy()
    by_steward = decided != NONE
    by_link = ~by_steward & (link != NONE)
    by_email = ~by_steward & ~by_link & (is_shared | (is_checkout & (address != NONE)))
    by_phone = ~by_steward & ~by_link & ~by_email & (phone != NONE)
    rules = pc.if_else(pa.array(is_checkout), "unidentified", "vendor_id")
    for mask, rule in ((by_email, "email"), (by_phone, "phone"), (by_steward, "reviewed_link")):
        rules = pc.if_else(pa.array(mask), rule, rules)
    row = pa.array(link, mask=~by_link)
    target = pa.array(decided, mask=~by_steward)
    named = pc.binary_join_element_wise(
        nodes["account"].take(target), nodes["source_id"].take(target), ":"
    )
    hashes = pc.coalesce(
        digests.emails.take(pa.array(address, mask=~by_email)),
        digests.phones.take(pa.array(phone, mask=~by_phone)),
    )
    is_gone = pc.is_valid(nodes["gone_at"])
    return pa.table(
        {
            **{name: nodes[name] for name in RECORD},
            "customer_key": keys,
            "rule": pc.if_else(is_gone, GONE, pc.coalesce(links["rule"].take(row), rules)),
            "evidence": pc.coalesce(named, links["evidence"].take(row), hashes, nodes["source_id"]),
            "held_from": pc.coalesce(nodes["gone_at"], links["valid_from"].take(row)),
        }
    )


def _address(size: int, given: Evidence, found: Linked) -> tuple[np.ndarray, np.ndarray]:
    """Of a record's addresses one that others have speaks for it, else its first; and which it is."""
    pairs = given.addresses
    node, address, group = (x[found.pairs] for x in (pairs.node, pairs.address, pairs.group))
    is_shared = (np.bincount(group, minlength=1) > 1)[group]
    order = np.lexsort((np.arange(len(node)), ~is_shared, node))
    first = order[np.unique(node[order], return_index=True)[1]]
    return (
        _filled(size, node[first], address[first], NONE),
        _filled(size, node[first], is_shared[first], fill=False),
    )


def _firsts(size: int, sources: np.ndarray, values: np.ndarray) -> np.ndarray:
    source, first = np.unique(sources, return_index=True)
    return _filled(size, source, values[first], NONE)


def _filled(size: int, places: np.ndarray, values: np.ndarray, fill: int | bool) -> np.ndarray:
    filled = np.full(size, fill, dtype=values.dtype)
    filled[places] = values
    return filled
