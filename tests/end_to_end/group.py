"""A served commerce group and the folder one warehouse of it lives in; everything is a real process."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[2]
READY_SECONDS = 120
RUN_SECONDS = 900

# What differs between two runs on the same group although no fact does: run ids and wall clocks.
NOT_FACTS = {"recorded_at", "first_seen_at", "checked_at", "run_id", "window_start", "window_end"}
NOT_FACTS |= {"last_seen_at", "resolved_at"}
NOT_FACT_TABLES = {"audit_results", "audit_history", "load_completeness", "api_usage"}
# What differs between a warehouse that grew day by day and one that was filled on the last: what had
# been believed before, and since when we knew better.
LEARNT = {
    "id_map": {"valid_from"},
    "company_map": {"valid_from"},
    # What was never dated counts from the first version that said so.
    "consent_states": {"since", "statement_id", "statements_count"},
    "identity_evidence": {"valid_from"},
    "company_evidence": {"valid_from"},
    # Stripe says when a dispute was lost in an event only, which a first load doesn't read.
    "disputes": {"closed_at", "closed_date"},
    "identity_proposals": {"proposed_at"},
    "refused_identifiers": {"first_recorded_at"},
}
LEARNT_ROWS = {
    "id_map": "is_current",
    "company_map": "is_current",
    # An address that only a record which is gone had is known to those who saw it.
    "consent_states": "address_hash in (select address_hash from b.marts.consent_states)",
    "identity_evidence": "valid_to is null",
    "company_evidence": "valid_to is null",
    # PayPal's settlement files are there for 45 days.
    "psp_balances": "statement <> 'settlement_report'",
}
LEARNT_TABLES = {"customer_redirects", "customer_splits", "company_redirects", "consent_ledger"}


@dataclass
class ServedGroup:
    """``python -m sandbox serve`` running; stop it by its own process id."""

    folder: Path
    options: list[str]
    process: subprocess.Popen[str] | None = None
    output: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "group.toml"

    def start(self) -> "ServedGroup":
        self.folder.mkdir(parents=True, exist_ok=True)
        log = (self.folder / "sandbox.log").open("w")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "sandbox",
                "serve",
                *self.options,
                "--write-group",
                str(self.file),
            ],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        deadline = time.monotonic() + READY_SECONDS
        assert self.process.stdout
        while line := self.process.stdout.readline():
            self.output.append(line)
            if line.startswith("ready"):
                return self
            assert time.monotonic() < deadline, "the sandbox never said it was ready"
        raise AssertionError(f"the sandbox ended: {(self.folder / 'sandbox.log').read_text()}")

    def command(self, *arguments: str) -> str:
        """Tell the running group something; gives back what it answered."""
        told = subprocess.run(
            [sys.executable, "-m", "sandbox", *arguments, "--group", str(self.file)],
            cwd=PROJECT,
            check=True,
            timeout=RUN_SECONDS,
            capture_output=True,
            text=True,
        )
        return told.stdout

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=10)

    def write_answers(self, out: Path) -> Path:
        subprocess.run(
            [sys.executable, "-m", "sandbox", "answers", *self.options, "--out", str(out)],
            cwd=PROJECT,
            check=True,
            timeout=RUN_SECONDS,
            capture_output=True,
        )
        return out


@dataclass
class Warehouse:
    """One warehouse folder, filled by ``concord run`` from a group file."""

    folder: Path
    group_file: Path

    @property
    def path(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.folder / "published.duckdb"

    def environment(self) -> dict[str, str]:
        folder = Path(sys.executable).parent
        return {
            **{k: v for k, v in os.environ.items() if k not in {"GROUP_CONFIG", "DAGSTER_HOME"}},
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "WAREHOUSE_PATH": str(self.path),
            "PUBLISHED_PATH": str(self.published),
        }

    def start(self, *arguments: str, cwd: Path = PROJECT) -> subprocess.Popen[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            [str(Path(sys.executable).parent / "concord"), *arguments],
            cwd=cwd,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def killed_after(self, mark: str, seconds: float, *arguments: str) -> str:
        """Run a command until its output has ``mark``, and a moment longer; then kill -9 its process group."""
        process = self.start(*arguments)
        assert process.stdout
        seen = ""
        while line := process.stdout.readline():
            seen += line
            if mark in line:
                time.sleep(seconds)
                os.killpg(process.pid, signal.SIGKILL)
                break
        process.wait()
        assert process.returncode == -signal.SIGKILL, f"never saw {mark!r}:\n{seen[-3000:]}"
        return seen

    def concord(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments)
        out, _ = process.communicate(timeout=RUN_SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, out, "")

    def run(self) -> subprocess.CompletedProcess[str]:
        return self.concord("run", "--group", str(self.group_file))

    def query(self, sql: str, path: Path | None = None) -> list[tuple]:
        with duckdb.connect(str((path or self.published).resolve()), read_only=True) as con:
            return con.execute(sql).fetchall()

    def checksums(self) -> dict[str, tuple]:
        """Per published mart: rows and an order-free checksum of every column that states a fact."""
        with duckdb.connect(str(self.published.resolve()), read_only=True) as con:
            tables = con.execute(
                "select table_name, list(column_name order by column_name)"
                " from information_schema.columns where table_schema = 'marts' group by 1 order by 1"
            ).fetchall()
            sums = {}
            for table, columns in tables:
                if table in NOT_FACT_TABLES:
                    continue
                facts = ", ".join(f'"{c}"' for c in columns if c not in NOT_FACTS)
                sums[table] = con.execute(
                    f"select count(*), sum(hash(row({facts}))::hugeint) from marts.{table}"
                ).fetchone()
            return sums
