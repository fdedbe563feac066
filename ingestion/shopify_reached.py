"""How far a Shopify stream was read: the cursor of what has an updated time, and of what has none."""

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.shopify_streams import Stream
from ingestion.tables import column_name

QUIET = timedelta(days=1)  # far beyond the minutes by which Shopify's search lags


class Reached:
    """Watches the rows of one stream's roots as they land; then says where the next load goes on.

    What can still change without an updated time holds the cursor back, see ``Settles``.
    """

    def __init__(self, stream: Stream, until: datetime, since: datetime | None) -> None:
        self.stream, self.until, self.since = stream, until, since
        self.newest: datetime | None = None
        self.oldest_open: datetime | None = None

    def note(self, table: str, rows: pa.Table) -> None:
        if table != self.stream.root_table.name or self.stream.filter is None:
            return
        moments = rows[column_name(self.stream.moment)].to_pylist()
        self.newest = max(filter(None, [self.newest, *moments]), default=None)
        if settles := self.stream.settles:
            states = pc.cast(rows[column_name(settles.path)], pa.string()).to_pylist()
            waiting = [
                moment
                for moment, state in zip(moments, states, strict=True)
                if state in settles.open_values and moment > self.until - settles.within
            ]
            self.oldest_open = min(filter(None, [self.oldest_open, *waiting]), default=None)

    def cursor(self, updated: datetime | None) -> datetime | None:
        """``updated``: the greatest updated time that landed, None where these have none.

        Where nothing has changed for long, the cursor follows the clock: else each load would read the
        last change again.
        """
        newest = updated or self.newest
        quiet = self.until - QUIET
        if self.since is not None and self.stream.filter == "updated_at":
            newest = max(newest or quiet, quiet)
        if newest is None or self.oldest_open is None:
            return newest
        return min(newest, self.oldest_open)
