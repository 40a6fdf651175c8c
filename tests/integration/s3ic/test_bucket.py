"""Step 1 from and to a bucket of a real object store gives the bytes of a folder."""

import pytest

from etl.errors import RefusedError
from etl.reports import published_report
from etl.s3ic import PRIVATE_FOLDER, transform_icpe
from etl.settings import Settings
from etl.storage import bucket
from tests.s3.endpoint import Endpoint
from tests.s3ic_extraction import DEMO, LINES_FILE, SITES_FILE, TODAY

pytestmark = pytest.mark.s3


@pytest.fixture
def misc(object_store: Endpoint):
    settings = Settings(
        _env_file=None, **object_store.settings(), misc_bucket=f"s3://{object_store.new_bucket()}"
    )
    return bucket(settings, "misc")


def test_a_bucket_holds_the_bytes_of_a_folder(misc, tmp_path) -> None:
    for name in (SITES_FILE, LINES_FILE):
        (misc / "private" / "input" / name).write_bytes((DEMO / name).read_bytes())
    inputs = {
        "establishments": misc / "private" / "input" / SITES_FILE,
        "classements": misc / "private" / "input" / LINES_FILE,
    }
    report = transform_icpe(**inputs, output=misc, private=PRIVATE_FOLDER, today=TODAY)
    transform_icpe(
        establishments=DEMO / SITES_FILE, classements=DEMO / LINES_FILE, output=tmp_path, today=TODAY
    )
    for file in report.files:
        assert (misc / file["key"]).read_bytes() == (tmp_path / file["key"]).read_bytes()
    assert published_report(misc, PRIVATE_FOLDER) == report
    again = transform_icpe(**inputs, output=misc, private=PRIVATE_FOLDER, today=TODAY, previous=report)
    assert (again.outcome, again.files) == ("unchanged", report.files)


def test_an_input_that_is_not_in_the_bucket_is_refused(misc) -> None:
    with pytest.raises(RefusedError, match=r"There is no file s3://.*nothing\.csv"):
        transform_icpe(
            establishments=misc / "nothing.csv", classements=misc / "nothing.csv", output=misc, today=TODAY
        )
