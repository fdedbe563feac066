"""When each table is due: by the end of the group's first window, every night."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import dagster as dg

from ingestion.group import Window

# What follows a load within the same run is due with it; what nobody reads by itself isn't watched.
WATCHED = ("raw_", "marts", "published")
# A run may begin a little before its window: by hand, in the evening.
GRACE = timedelta(hours=6)


def due_with(
    assets: Iterable[dg.AssetsDefinition], windows: Iterable[Window]
) -> list[dg.AssetsDefinition]:
    """The assets with a deadline each; unchanged in a group without a window."""
    window = next(iter(windows), None)
    if window is None:
        return list(assets)
    policy = deadline(window)

    def watched(spec: dg.AssetSpec) -> dg.AssetSpec:
        if not spec.key.path[0].startswith(WATCHED) or spec.key.path[-1].startswith("_"):
            return spec
        return spec.replace_attributes(freshness_policy=policy)

    return list(dg.map_asset_specs(watched, assets))


def deadline(window: Window) -> dg.FreshnessPolicy:
    """Fails a table that wasn't renewed between the window's opening, less some grace, and its end."""
    opened = datetime.combine(date.min + timedelta(days=1), window.start)
    closed = datetime.combine(date.min + timedelta(days=1), window.end)
    length = (closed - opened) % timedelta(days=1) or timedelta(days=1)
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"{window.end.minute} {window.end.hour} * * *",
        lower_bound_delta=length + GRACE,
        timezone=window.zone,
    )
