"""One load of a whole group without Dagster: what the kill tests start and kill. ``load_once GROUP_FILE WAREHOUSE``."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingestion import group as group_file
from ingestion import load


def main(group_path: Path, warehouse: Path) -> None:
    group_file.read_env(group_path.with_name(f"{group_path.name}.env"))
    group = group_file.load(group_path)
    workdir = load.workdir_of(warehouse)
    with ThreadPoolExecutor(len(group.accounts)) as workers:
        asked = workers.map(
            lambda account: load.extract_account(account, group, workdir, warehouse),
            group.accounts,
        )
        for prepared in asked:
            load.load_prepared(prepared, warehouse)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
