"""Row ④ of the table of speeds: what the site lists into an empty database, then again unchanged.

Installations and classements; for the real Île-de-France also its prefectoral orders, as the original's
figure has them (their texts are in `bench.prefectoral`).

Limits, measured in the same process between our runs: COPY of the same files into tables without index, key
or check, committed (first load); COPY into temporary staging tables (nothing changed). The second sync takes
no shortcut: the files are read, checked, staged and compared line by line.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812  (the driver names its class in lower case)

from bench.database import NewDatabase, fresh_databases
from bench.generate_icpe import CLASSEMENTS_FILE, ESTABLISHMENTS_FILE, generate_icpe
from bench.measure import Cost, Row, measure_once
from bench.real_data import real_data_folder
from etl.contracts import AP_RULES, CLASSEMENT_RULES, INSTALLATION_RULES, Rule
from etl.database import Role, connect
from etl.s3ic import transform_icpe
from etl.settings import Settings
from etl.sync import apply_aps, apply_icpe
from etl.sync.inputs import Dataset

SIZES = (20_000, 100_000)
LINES_EACH = 6.34 / 0.922  # step 1 drops the lines of works that do not run
REPEATS = 3
ORIGINAL_SECONDS = 13.9  # Île-de-France, the first time and again; prefectoral orders included
FIRST_LIMIT = "COPY of the files into tables without index, key or check"
AGAIN_LIMIT = "COPY of the files into temporary tables"
FIRST_BOUND, AGAIN_BOUND = 8, 4
COPY_BYTES = 1 << 20
RULES = {"installations": INSTALLATION_RULES, "classements": CLASSEMENT_RULES, "aps": AP_RULES}


@dataclass(frozen=True)
class Load:
    """Files to sync, what the original took for them, and what was measured so far."""

    name: str
    folder: Path
    dataset: Dataset = "all"
    original_seconds: float | None = None
    has_aps: bool = False
    first: list[Cost] = field(default_factory=list)
    again: list[Cost] = field(default_factory=list)
    first_limit: list[Cost] = field(default_factory=list)
    again_limit: list[Cost] = field(default_factory=list)


def rows() -> Iterator[Row]:
    """Give the first sync and the unchanged one, for the real Île-de-France where it is and for each size."""
    with TemporaryDirectory() as folder, fresh_databases() as new_database:
        loads = list(_loads(Path(folder)))
        for load in loads:
            for _ in range(REPEATS):
                _measure(load, new_database)
        yield from (row for load in loads for row in _rows(load))


def _loads(folder: Path) -> Iterator[Load]:
    data = real_data_folder()
    if data:
        _transform(data / "s3ic", folder / "idf")
        shutil.copy(data / "idf" / "aps_idf.csv", folder / "idf")
        yield Load("real Île-de-France", folder / "idf", "idf", ORIGINAL_SECONDS, has_aps=True)
    for size in SIZES:
        raw, files = folder / f"raw-{size}", folder / str(size)
        generate_icpe(raw, size, published_share=1.0, lines_each=LINES_EACH)
        _transform(raw, files)
        yield Load(f"{size:,} installations", files)


def _transform(source: Path, target: Path) -> None:
    transform_icpe(
        establishments=source / ESTABLISHMENTS_FILE, classements=source / CLASSEMENTS_FILE, output=target
    )


def _measure(load: Load, new_database: NewDatabase) -> None:
    """Measure once: limit and ours in turn, each in a database that was made for it."""
    load.first_limit.append(_measure_limit(load, new_database(), is_temporary=False))
    settings = new_database()
    with connect(settings, Role.ETL) as connection:
        load.first.append(_measure_sync(load, connection, outcome="done"))
        load.again_limit.append(_measure_limit(load, settings, is_temporary=True))
        load.again.append(_measure_sync(load, connection, outcome="unchanged"))


def _measure_sync(load: Load, connection: Connection, *, outcome: str) -> Cost:
    outcomes: set[str] = set()
    cost = measure_once(lambda: outcomes.update(_sync(load, connection)))
    assert outcomes == {outcome}
    return cost


def _sync(load: Load, connection: Connection) -> Iterator[str]:
    """Sync what there is, and give the outcome of each step."""
    yield apply_icpe(connection, load.folder, load.dataset).outcome
    if load.has_aps:
        yield apply_aps(connection, load.folder, load.folder / "ap", load.dataset).outcome


def _measure_limit(load: Load, settings: Settings, *, is_temporary: bool) -> Cost:
    with connect(settings, Role.OWNER) as connection:
        return measure_once(lambda: _copy(load, connection, is_temporary=is_temporary))


def _copy(load: Load, connection: Connection, *, is_temporary: bool) -> None:
    kind = "TEMPORARY TABLE" if is_temporary else "TABLE"
    with connection.cursor() as cursor:
        for name, rules in RULES.items():
            if name == "aps" and not load.has_aps:
                continue
            columns = ", ".join(f"{rule.name} {_type_of(rule)}" for rule in rules)
            cursor.execute(f"CREATE {kind} bare_{name} ({columns})")
            statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(
                sql.Identifier(f"bare_{name}")
            )
            with (load.folder / f"{name}_{load.dataset}.csv").open("rb") as stream:
                cursor.copy_expert(statement, stream, COPY_BYTES)
    connection.commit()


def _type_of(rule: Rule) -> str:
    if rule.is_date:
        return "date"
    return "double precision" if rule.name in {"lat", "lon"} else "text"


def _rows(load: Load) -> Iterator[Row]:
    for what, ours, limit_name, limits, bound in (
        ("first sync", load.first, FIRST_LIMIT, load.first_limit, FIRST_BOUND),
        ("sync without change", load.again, AGAIN_LIMIT, load.again_limit, AGAIN_BOUND),
    ):
        yield Row(
            name=f"④ {what}, {load.name}",
            cost=Cost(min(cost.seconds for cost in ours), max(cost.peak_mb for cost in ours)),
            limit=limit_name,
            limit_seconds=min(cost.seconds for cost in limits),
            bound=bound,
            original_seconds=load.original_seconds,
        )
