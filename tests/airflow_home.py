"""An Airflow of the tests' own: nothing of the person who runs them is read or written.

Airflow reads its configuration when it is first imported, so the folder is there before any test is loaded.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from etl.settings import ROOT

CONFIGURATION = """
[core]
dags_folder = {root}/dags
plugins_folder = {root}/plugins
load_examples = False
auth_manager = airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager

[database]
sql_alchemy_conn = sqlite:///{home}/airflow.db

[logging]
base_log_folder = {home}/logs
"""


def make_home() -> Path:
    """Make the folder and point Airflow to it; what configures another Airflow is taken out."""
    home = Path(tempfile.mkdtemp(prefix="envinorma-airflow-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "airflow.cfg").write_text(CONFIGURATION.format(root=ROOT, home=home), encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("AIRFLOW__", "AIRFLOW_CONN_"))]:
        del os.environ[name]
    os.environ["AIRFLOW_HOME"] = str(home)
    return home


# At import, because the conftests that import Airflow are loaded before any hook is called.
HOME = make_home()


@pytest.fixture(scope="session")
def airflow_metadata() -> Path:
    """The migrated metadata database of this test process: what `dag.test()` needs."""
    from airflow.utils.db import initdb

    initdb()
    return HOME
