"""Keyed hashes of direct identifiers: the key comes from the environment, each time it is needed."""

import hmac
import os

import pyarrow as pa

from ingestion.errors import MissingSecret

HASH_KEY = "CONCORD_HASH_KEY"


def keyed_hashes(values: pa.ChunkedArray) -> pa.Array:
    """HMAC-SHA256 of each value, in hex; of no value, none."""
    keyed = hmac.new(hash_key(), digestmod="sha256")

    def hashed(value: str) -> str:
        mac = keyed.copy()
        mac.update(value.encode())
        return mac.hexdigest()

    return pa.array([None if v is None else hashed(v) for v in values.to_pylist()], pa.string())


def hash_key() -> bytes:
    key = os.environ.get(HASH_KEY)
    if not key:
        raise MissingSecret(
            f"{HASH_KEY} isn't set: hashes of direct identifiers are keyed with it. Set it in the"
            " environment or in the group's .env file, and keep it: another key gives other hashes"
        )
    return key.encode()
