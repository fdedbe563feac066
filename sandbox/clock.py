"""The clock of a served group: rebuild its world at a later day while the old one is asked, then swap."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox import news, world_options
from sandbox.serve import Group
from sandbox.webhooks.vendors import Vendors
from sandbox.world_options import OptionsError, WorldOptions


class Clock:
    """Moves one served group; ``file`` is where its options are kept for whoever serves it next."""

    def __init__(
        self, group: Group, options: WorldOptions, group_file: Path, webhooks: str | None = None
    ) -> None:
        self._group = group
        self.vendors = Vendors(group, options.name, webhooks)
        self._options = options
        self._file = world_options.beside(group_file)
        self._lock = threading.Lock()

    def advance(self, days: int) -> dict[str, Any]:
        """Move on by ``days``; gives back the new clock and what is new, per system and object.

        A group that was served with an address for webhooks sends what happened there.
        """
        return self._move(lambda: self._options.advanced(days))

    @property
    def is_moving(self) -> bool:
        return self._lock.locked()

    def reset(self) -> dict[str, Any]:
        """Back to the clock the world was first served with."""
        return self._move(self._options.at_first)

    def _move(self, to: Callable[[], WorldOptions]) -> dict[str, Any]:
        if not self._lock.acquire(blocking=False):
            raise OptionsError("the clock is being moved already; wait until that is done")
        try:
            options = to()
            began = time.monotonic()
            before = news.fingerprints(self._group.world)
            world = options.build()
            found = news.between(before, world)
            earlier = self._group.world.clock
            self._group.show(world)
            self._options = options
            options.save(self._file)
            sent = self.vendors.send_since(earlier)
            return {
                "clock": world_options.said_clock(world),
                "seconds": round(time.monotonic() - began, 1),
                "news": [asdict(one) for one in found],
                "sent": sent,
            }
        finally:
            self._lock.release()
