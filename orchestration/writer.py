"""Turns at the warehouse: DuckDB gives the file to one process, so the steps that open it share a pool of one.

Also which faults are worth another try. A fault of the data or of the configuration is the same the second
time; a lost connection or a file that someone holds for a moment is not.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb
import httpx

from ingestion.errors import IncompleteLoad

WRITER = "warehouse_writer"
RETRIES = dg.RetryPolicy(max_retries=2, delay=3, backoff=dg.Backoff.EXPONENTIAL)
# A run that a kill ended still counts as running and holds its turn; its process id tells (`runs.py`).
PROCESS_TAG = "concord/process"
TRANSIENT = (
    httpx.TransportError,
    ConnectionError,
    TimeoutError,
    duckdb.IOException,  # someone reads the file just now
    IncompleteLoad,  # the vendor gave less than it promised; asked again it may give all
)


@contextmanager
def only_transient_faults_are_retried() -> Iterator[None]:
    try:
        yield
    except dg.Failure:
        raise
    except Exception as error:
        if is_transient(error):
            raise
        raise dg.Failure(str(error), allow_retries=False) from error


def is_transient(error: BaseException) -> bool:
    """Whether the error, or one that it was raised from, passes by itself.

    A chain may bite its tail: an error dug out of its wrapper and raised again has the wrapper as context.
    """
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        if isinstance(cause, TRANSIENT):
            return True
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__
    return False
