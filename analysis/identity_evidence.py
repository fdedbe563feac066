"""Which rule and evidence speak for a record's customer, so that a steward can check each link."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import hmac

import pyarrow as pa
import pyarrow.compute as pc

from analysis.addresses import NONE
from analysis.components import Components
from analysis.identity_logs import RECORD


def assign(
    nodes: pa.Table, links: pa.Table, found: Components, digests: pa.Array, keys: pa.ChunkedArray
) -> pa.Table:
    """Key, rule and evidence per record: a vendor's link, an address that others have, or its own id.

    A checkout is nobody's record, so an address is the best it has, shared or not.
    """
    is_checkout = pc.equal(nodes["node_kind"], "checkout").to_numpy()
    by_link = found.link != NONE
    by_email = ~by_link & (found.is_shared | (is_checkout & (found.address != NONE)))
    own = pc.if_else(pa.array(is_checkout), "unidentified", "vendor_id")
    rules = pc.if_else(pa.array(by_email), "email", own)
    linked = pa.array(found.link, mask=~by_link)
    hashed = digests.take(pa.array(found.address, mask=~by_email))
    return pa.table(
        {
            **{name: nodes[name] for name in RECORD},
            "customer_key": keys,
            "rule": pc.coalesce(links["rule"].take(linked), rules),
            "evidence": pc.coalesce(links["evidence"].take(linked), hashed, nodes["source_id"]),
            "held_from": links["valid_from"].take(linked),
        }
    )


def digests(addresses: pa.Array, hash_key: str) -> pa.Array:
    """Keyed, so that nobody can look an address up by hashing a list of addresses."""
    secret = hash_key.encode()
    hashed = [hmac.digest(secret, text.encode(), "sha256").hex() for text in addresses.to_pylist()]
    return pa.array(hashed, pa.string())


def hashed(refused: pa.Table, hash_key: str) -> pa.Table:
    evidence = digests(refused["email_normalized"].combine_chunks(), hash_key)
    return refused.drop_columns("email_normalized").add_column(0, "evidence", evidence)
