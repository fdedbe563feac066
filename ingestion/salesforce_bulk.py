"""Salesforce's Bulk API 2.0: a query as a job, its result as sets of CSV, each found by a locator.

A job costs a call to create, one per look at its state and one per set, however many rows there are. Every
set begins with the header; ``Sforce-NumberOfRecords`` counts its rows, and the job all of them.

Source: developer.salesforce.com: Bulk API 2.0 and Bulk API developer guide, Query Jobs.
"""

import csv
import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from ingestion.errors import VendorError
from ingestion.rest_listing import Doubt, Item, Listing, Walk
from ingestion.salesforce_api import DATA, Org

JOBS = f"{DATA}/jobs/query"
MOST = 50_000  # rows of one set
DONE, DEAD = "JobComplete", {"Failed", "Aborted"}
LAST = {"", "null"}  # the locator of the last set


@dataclass(frozen=True)
class ResultSets:
    """Runs ``soql`` as a job of ``queryAll`` and takes its sets; ``checked`` sets what there had to be."""

    org: Org
    soql: str
    right: str
    checked: Callable[[Walk], None]
    param: str = field(default="", init=False)

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        job = self._finished(self._created())
        results, locator, asked = f"{JOBS}/{job['id']}/results", "", set()
        while True:
            page = self._set(results, locator)
            rows = list(csv.DictReader(io.StringIO(page.text, newline="")))
            stated = page.headers.get("Sforce-NumberOfRecords", "")
            if not stated.isdigit() or int(stated) != len(rows):
                raise Doubt(f"a set of {len(rows)} rows that says it has {stated or 'none'}")
            for row in rows:
                walk.take({name: value or None for name, value in row.items()})
            locator = page.headers.get("Sforce-Locator", "")
            if locator in LAST:
                break
            if locator in asked:
                raise Doubt("a set promises more and the next is itself")
            asked.add(locator)
        if walk.count != job.get("numberRecordsProcessed"):
            raise Doubt(f"{walk.count} came of {job.get('numberRecordsProcessed')} promised")
        self.checked(walk)

    def _created(self) -> Mapping[str, Any]:
        asked = {"operation": "queryAll", "query": self.soql}
        return self.org.json(JOBS, body=asked, scope=self.right)

    def _finished(self, job: Mapping[str, Any]) -> Mapping[str, Any]:
        """The job once its result is there; waits for it, longer each time."""
        patience, waited, pause = self.org.patience, 0.0, self.org.patience.poll_first
        path = f"{JOBS}/{job['id']}"
        while job.get("state") != DONE:
            if job.get("state") in DEAD or waited > patience.poll_total:
                raise VendorError(
                    f"salesforce {self.org.account.account}: query job {job['id']} is {job.get('state')}"
                    f" after {waited:.0f} s ({job.get('errorMessage') or 'no reason given'}); nothing was"
                    " kept: look at Bulk Data Load Jobs in the org's setup, then load again",
                    asked=JOBS,
                )
            time.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, patience.poll_longest)
            job = self.org.json(path, scope=self.right)
        return job

    def _set(self, path: str, locator: str) -> httpx.Response:
        asked = {"maxRecords": str(MOST)} | ({"locator": locator} if locator else {})
        try:
            return self.org.get(path, asked)
        except VendorError as error:
            if error.status in (400, 404):  # the job is gone: a new one has new sets
                raise Doubt(f"the next set is refused ({error.status})") from None
            raise
