"""Child processes read the very settings that the launcher has."""

import json

from etl.settings import Settings
from launcher.airflow_environment import connections, is_foreign, settings_variables


def test_settings_survive_the_way_through_the_environment(monkeypatch, tmp_path):
    given = Settings(
        _env_file=None,
        run_dir=tmp_path,
        postgres_port=0,
        database_url="postgres://a:b%20c@h/d",
        secret_key="k" * 40,
    )

    for name, value in settings_variables(given).items():
        monkeypatch.setenv(name, value)

    assert Settings(_env_file=None) == given


def test_unset_settings_are_not_handed_on(tmp_path):
    variables = settings_variables(Settings(_env_file=None, run_dir=tmp_path))

    assert "DATABASE_URL" not in variables
    assert "None" not in variables.values()


def test_an_object_store_becomes_the_connection_of_airflow():
    settings = Settings(
        _env_file=None,
        s3_endpoint_url="http://127.0.0.1:1",
        s3_region="gra",
        s3_access_key_id="id",
        s3_secret_access_key="sécret/+ ",
    )

    connection = json.loads(connections(settings)["AIRFLOW_CONN_AWS_DEFAULT"])

    assert (connection["login"], connection["password"]) == ("id", "sécret/+ ")
    assert connection["extra"]["endpoint_url"] == "http://127.0.0.1:1"


def test_folders_need_no_connection():
    assert connections(Settings(_env_file=None)) == {}


def test_another_airflow_of_the_person_is_left_out():
    names = ["AIRFLOW_HOME", "AIRFLOW__CORE__EXECUTOR", "AIRFLOW_CONN_AWS_DEFAULT", "AIRFLOW_PORT", "HOME"]

    assert [name for name in names if is_foreign(name)] == ["AIRFLOW_HOME", "AIRFLOW__CORE__EXECUTOR"]
