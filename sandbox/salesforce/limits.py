"""The numbers a client is held to: Salesforce's own for an Enterprise organisation.

Source: developer.salesforce.com, API request limits and allocations; query options header; Bulk API 2.0 limits.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

VERSION = "v62.0"
BATCH_DEFAULT = BATCH_MAXIMUM = 2_000
SOQL_MAXIMUM = 100_000  # characters
OPEN_LOCATORS = 10  # of a user; the one used longest ago gives way
DELETED_DAYS = 15  # how far back a list of deletions reaches
RESULTS_DEFAULT = 50_000  # records of a bulk result that come at once when nobody says how many


@dataclass(frozen=True)
class Limits:
    daily: int = 100_000
    daily_query_jobs: int = 10_000
    job_seconds: float = 0.3  # how long a bulk query takes


@dataclass
class Kept:
    """What outlives a world: requests counted, queries open, bulk jobs. A day never ends here."""

    used: int = 0
    jobs_used: int = 0
    number: int = 0
    locators: "OrderedDict[str, Any]" = field(default_factory=OrderedDict)
    jobs: dict[str, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def admits(self, limits: Limits) -> bool:
        with self.lock:
            if self.used >= limits.daily:
                return False
            self.used += 1
        return True

    def next_number(self) -> int:
        with self.lock:
            self.number += 1
            return self.number

    def open(self, locator: str, cursor: Any) -> None:
        with self.lock:
            self.locators[locator] = cursor
            while len(self.locators) > OPEN_LOCATORS:
                self.locators.popitem(last=False)
