"""Bulk API 2.0 query jobs: made, polled, read as CSV in pages by ``Sforce-Locator``.

A job takes a little real time. Its CSV quotes every value, writes nothing for null, and prints times with
``Z`` where REST prints ``+0000``. Source: developer.salesforce.com, Bulk API 2.0 Developer Guide, query jobs.
"""

import time
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.answers import Answers
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.fields import kind_of
from sandbox.salesforce.limits import RESULTS_DEFAULT, VERSION, Kept, Limits
from sandbox.world.salesforce_ids import checked

OPERATIONS = ("query", "queryAll")


@dataclass
class Job:
    """A query that runs, and the ids that it found when it was made."""

    job_id: str
    operation: str
    query: str
    entity: str
    columns: list[str]
    ids: list[str]
    created_at: str
    begun: float
    state: str = "UploadComplete"


class Jobs:
    def __init__(self, answers: Answers, kept: Kept, limits: Limits) -> None:
        self._answers = answers
        self._kept = kept
        self._limits = limits

    def create(self, asked: Any) -> Any:
        if not isinstance(asked, dict) or asked.get("operation") not in OPERATIONS:
            raise SalesforceError(400, "INVALIDJOB", "operation must be query or queryAll")
        text = str(asked.get("query") or "")
        query = self._answers.parse(text)
        if query.counts or query.offset:
            message = "Aggregate functions and OFFSET are not supported in Bulk Query"
            raise SalesforceError(400, "API_ERROR", message)
        ids = self._answers.ids(query, with_deleted=asked["operation"] == "queryAll")
        with self._kept.lock:
            if self._kept.jobs_used >= self._limits.daily_query_jobs:
                message = "DailyBulkV2QueryJobs Limit exceeded."
                raise SalesforceError(400, "LIMIT_EXCEEDED", message)
            self._kept.jobs_used += 1
        job_id = checked(f"7505gE{self._kept.next_number():09d}")
        job = Job(job_id, asked["operation"], text, query.entity, query.columns, ids,
                  self._answers.now, time.monotonic())  # fmt: skip
        self._kept.jobs[job_id] = job
        return self._shown(job)

    def info(self, job_id: str) -> Any:
        job = self._job(job_id)
        self._move(job)
        done = job.state == "JobComplete"
        return {
            **self._shown(job),
            "jobType": "V2Query",
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
            "numberRecordsProcessed": len(job.ids) if done else 0,
            "retries": 0,
            "totalProcessingTime": int(self._limits.job_seconds * 1000) if done else 0,
            "isPkChunkingSupported": True,
        }

    def abort(self, job_id: str) -> Any:
        job = self._job(job_id)
        job.state = "Aborted"
        return self._shown(job)

    def delete(self, job_id: str) -> None:
        self._job(job_id)
        del self._kept.jobs[job_id]

    def results(
        self, job_id: str, most: str | None, locator: str | None, fault: str | None
    ) -> tuple[str, dict[str, str]]:
        """CSV of a page, and the headers that say how many records it has and where to go on."""
        job = self._job(job_id)
        self._move(job)
        if job.state != "JobComplete":
            message = f"The job is in state {job.state}: its results can't be read"
            raise SalesforceError(400, "INVALIDJOBSTATE", message)
        size = int(most) if most and most.isdigit() and int(most) else RESULTS_DEFAULT
        first = _place(locator)
        if fault == "missing_page":
            first += size
        ids = job.ids[first : first + size]
        if fault == "duplicate_page":
            ids = job.ids[max(0, first - size) : first] if first else [*ids, *ids]
        if fault == "reordered_page":
            ids = ids[::-1]
        after = first + size
        headers = {
            "Sforce-NumberOfRecords": str(len(ids)),
            "Sforce-Locator": f"MT{after:X}" if after < len(job.ids) else "null",
        }
        rows = self._answers.rows(job.entity, job.columns, ids)
        lines = [
            ",".join(f'"{name}"' for name in job.columns),
            *(",".join(_cell(job.entity, name, row[name]) for name in job.columns) for row in rows),
        ]
        return "\n".join([*lines, ""]), headers

    def _job(self, job_id: str) -> Job:
        found = self._kept.jobs.get(job_id)
        if found is None:
            raise not_found()
        return found

    def _move(self, job: Job) -> None:
        if job.state in ("UploadComplete", "InProgress"):
            taken = time.monotonic() - job.begun
            job.state = "JobComplete" if taken >= self._limits.job_seconds else "InProgress"

    def _shown(self, job: Job) -> dict[str, Any]:
        return {
            "id": job.job_id,
            "operation": job.operation,
            "object": job.entity,
            "createdById": "0055gE00000000AABQ",
            "createdDate": job.created_at,
            "systemModstamp": job.created_at,
            "state": job.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(VERSION.removeprefix("v")),
        }


def _place(locator: str | None) -> int:
    if not locator:
        return 0
    try:
        return int(locator.removeprefix("MT"), 16)
    except ValueError:
        message = f"Invalid locator: {locator}"
        raise SalesforceError(400, "INVALID_LOCATOR", message) from None


def _cell(entity: str, name: str, value: Any) -> str:
    if value is None:
        return '""'
    if kind_of(entity, name) == "datetime":
        value = value.replace("+0000", "Z")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return '"' + text.replace('"', '""') + '"'
