"""What a data folder holds, what is left out, and why."""

from zipfile import ZipFile

import pytest

from launcher.console import LaunchError
from launcher.loading import packed
from launcher.parts import DEMO, plan_loading

S3IC = ("s3ic/s3ic-liste-etablissements.csv", "s3ic/sic-liste-rubriques.csv")


def fill(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_the_demo_can_be_loaded():
    assert [part.dag_id for part in plan_loading(DEMO).parts] == [
        "transform_icpe",
        "update_aps",
        None,
        "sync_ams",
    ]


def test_a_folder_of_orders_stands_for_their_archive(tmp_path):
    fill(tmp_path, *S3IC, "ams/JORFTEXT900000000001.json", "ams/notes.txt")

    assert [part.title for part in plan_loading(tmp_path).parts][1:] == ["ministerial orders"]
    archive = packed(tmp_path / "ams.zip", tmp_path)
    assert ZipFile(archive).namelist() == ["JORFTEXT900000000001.json"]


def test_absent_parts_are_left_out_and_said(tmp_path):
    fill(tmp_path, *S3IC, "georisques/IC_documents.csv")

    plan = plan_loading(tmp_path)

    assert [part.title for part in plan.parts] == ["installations and classements"]
    remarks = "\n".join(plan.remarks)
    assert "prefectoral orders: left out, georisques/IC_types_document.csv is missing" in remarks
    assert "ministerial orders: left out, no ams.zip" in remarks
    assert "installations" not in remarks


def test_a_relative_folder_is_taken_from_here(tmp_path, monkeypatch):
    fill(tmp_path / "data", *S3IC)
    monkeypatch.chdir(tmp_path)

    assert plan_loading(tmp_path.relative_to(tmp_path) / "data").folder == tmp_path / "data"


@pytest.mark.parametrize(
    ("names", "sentence"),
    [((), "Nothing in .* can be loaded"), (S3IC[:1], "Nothing in .* can be loaded.*sic-liste-rubriques")],
)
def test_a_folder_with_nothing_to_load_is_refused(tmp_path, names, sentence):
    fill(tmp_path, *names)

    with pytest.raises(LaunchError, match=sentence):
        plan_loading(tmp_path)


def test_a_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(LaunchError, match=r"There is no folder .*/nowhere"):
        plan_loading(tmp_path / "nowhere")
