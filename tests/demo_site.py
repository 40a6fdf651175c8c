"""The demo department put into a database and its bucket by the real steps, for tests of the site."""

from datetime import date, timedelta
from pathlib import Path

from pydantic import SecretStr
from upath import UPath

from etl.database import Role, connect
from etl.reports import record_run
from etl.s3ic import PRIVATE_FOLDER, transform_icpe
from etl.settings import Settings
from etl.storage import bucket
from etl.sync import apply_ams, apply_icpe
from tests.ams import demo_archive

DEMO = Path(__file__).parent.parent / "demo" / "s3ic"
SECRET = "for tests only, and long enough to be taken"

# Sites of the demo that the tests know by their traits.
MANY_LINES = ("0099.00323", "PLATEFORME DU VAL CENDRE")


def site_settings(settings: Settings) -> Settings:
    """Return settings that the site starts with, its buckets made."""
    for name in ("misc", "ap", "am"):
        Path(settings.bucket_url(name)).mkdir(parents=True, exist_ok=True)
    return settings.model_copy(update={"secret_key": SecretStr(SECRET)})


def load_demo(settings: Settings, dated_on: date | None = None) -> None:
    """Transform and sync the demo; its source is dated yesterday if nothing is said."""
    folder = bucket(settings, "misc")
    report = transform_icpe(
        establishments=UPath(DEMO / "s3ic-liste-etablissements.csv"),
        classements=UPath(DEMO / "sic-liste-rubriques.csv"),
        output=folder,
        private=PRIVATE_FOLDER,
        dated_on=dated_on or date.today() - timedelta(days=1),  # noqa: DTZ011  (the day of this machine is enough)
    )
    with connect(settings, Role.ETL) as connection:
        record_run(connection, report)
    with connect(settings, Role.ETL) as connection:
        apply_icpe(connection, folder, "all")


def load_demo_orders(settings: Settings) -> None:
    """Sync the demo's ministerial orders."""
    archive = demo_archive(Path(settings.bucket_url("am")) / "ams" / "latest.zip")
    with connect(settings, Role.ETL) as connection:
        apply_ams(connection, archive)
