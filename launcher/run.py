"""`make run`: everything started in order, the data loaded through Airflow, everything stopped at the end."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from etl.migrations import migrate
from etl.settings import Settings
from launcher.airflow import LocalAirflow
from launcher.airflow_environment import USER
from launcher.console import LaunchError, progress
from launcher.database import local_database, metadata_url
from launcher.georisques import Loan, LocalSource, choose_source, start_source, wait_for_source
from launcher.legifrance import start_legifrance, with_local_legifrance
from launcher.loading import Loader, LoadingError
from launcher.office import EDITOR, fill_office, has_own_office, keep_editor, kept_password, let_publish
from launcher.parts import DEMO, Plan, plan_loading
from launcher.ports import LOOPBACK, choose_port
from launcher.secrets import keep_secret
from launcher.site import start_site, wait_for_site
from launcher.stopping import Stopping, StopRequested
from launcher.supervision import Supervisor, stop_leftovers

WATCH_SECONDS = 0.5
BUCKETS = ("misc", "ap", "am")


@dataclass(frozen=True)
class Machine:
    """What runs on this machine, once it runs."""

    settings: Settings
    airflow: LocalAirflow
    supervisor: Supervisor
    source: LocalSource | None


def run(settings: Settings, data: Path | None) -> int:
    """Run everything until a stop is asked for; return 0, or 1 where the data could not be loaded.

    Raises:
        LaunchError: something cannot be started, or has died; all the rest has been stopped.
    """
    plan = plan_loading(data or DEMO)
    settings = settle(settings)
    if plan.folder == DEMO:
        settings = with_local_legifrance(settings)
    source = choose_source(plan.folder, settings.run_dir) if plan.is_fetching else None
    stopping = Stopping()
    begun, is_loaded = time.monotonic(), True
    with stopping.heeded():
        try:
            with one_run(settings.run_dir), machine(settings, source, stopping) as running:
                is_loaded = load(running, plan)
                open_office(running)
                print(describe_run(running, plan, time.monotonic() - begun), flush=True)
                watch(running.supervisor)
        except StopRequested:
            print("Stopped: nothing of this run is left running.", flush=True)
    return 0 if is_loaded else 1


def settle(settings: Settings) -> Settings:
    """Return the settings with every port and address known, and folders absolute.

    Raises:
        LaunchError: a port is in use; the sentence names its variable.
    """
    airflow_port = choose_port(settings.airflow_port, "AIRFLOW_PORT", "Airflow")
    web_port = choose_port(settings.web_port, "WEB_PORT", "the site")
    run_dir = settings.run_dir.absolute()
    run_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
    addresses = {
        "airflow_url": f"http://{LOOPBACK}:{airflow_port}",
        "site_url": f"http://{LOOPBACK}:{web_port}",
    }
    defaults = {name: Settings.model_fields[name].default for name in addresses}
    ours = {name: value for name, value in addresses.items() if getattr(settings, name) == defaults[name]}
    ports = {"airflow_port": airflow_port, "web_port": web_port, "run_dir": run_dir}
    return settings.model_copy(update={**ours, **ports})


@contextmanager
def one_run(run_dir: Path) -> Iterator[None]:
    """Hold the folder of the run; stop what a killed run of the same folder left behind.

    Raises:
        LaunchError: another run holds it.
    """
    with (run_dir / "run.lock").open("w", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LaunchError(
                f"A run is going on in {run_dir}: stop it, or set RUN_DIR to another folder."
            ) from None
        left = stop_leftovers(run_dir / "processes")
        if left:
            print(f"  Stopped what a killed run had left: {', '.join(left)}", flush=True)
        yield


@contextmanager
def machine(settings: Settings, source: LocalSource | None, stopping: Stopping) -> Iterator[Machine]:
    """Start database, Airflow, site and the source of orders, and stop them at the end, the database last."""
    for name in BUCKETS:
        (settings.run_dir / "buckets").mkdir(exist_ok=True, mode=0o700)  # raw extractions are confidential
        (settings.run_dir / "buckets" / name).mkdir(exist_ok=True)
    records, logs = settings.run_dir / "processes", settings.run_dir / "logs"
    with (
        local_database(settings, stopping) as check_database,
        Supervisor(records, logs, stopping, check_database) as supervisor,
    ):
        settings = complete(source.settings(settings) if source else settings)
        airflow = LocalAirflow(
            settings,
            settings.run_dir / "airflow",
            metadata_url=metadata_url(settings),
            port=settings.airflow_port,
            supervisor=supervisor,
        )
        try:
            server = start_source(source, supervisor) if source else None
            start_legifrance(settings, supervisor)
            start_all(settings, airflow, supervisor)
            if source and server:
                wait_for_source(source, supervisor, server)
            yield Machine(settings, airflow, supervisor, source)
        finally:
            print(flush=True)
            airflow.api.close()  # the API server waits for its clients
            with progress("Stopping"):
                supervisor.stop()


def complete(settings: Settings) -> Settings:
    """Return the settings with the secret of the site, made on the first run."""
    if settings.secret_key is not None:
        return settings
    kept = keep_secret(settings.run_dir / "site-secret-key")
    return settings.model_copy(update={"secret_key": SecretStr(kept)})


def start_all(settings: Settings, airflow: LocalAirflow, supervisor: Supervisor) -> None:
    """Start the site and Airflow on migrated databases; both migrations go on at the same time."""
    migration = airflow.begin_migration()
    with progress("Applying the migrations"):
        migrate(settings)
    site = start_site(airflow.settings_of_site(settings), supervisor)
    with progress("Preparing Airflow's database"):
        airflow.finish_migration(migration)
    airflow.start()
    if has_own_office(settings):
        with progress("Preparing the back-office"):
            keep_editor(settings)
    with progress("Starting the site"):
        wait_for_site(settings, supervisor, site)
    with progress("Starting Airflow"):
        airflow.wait_until_ready()


def load(running: Machine, plan: Plan) -> bool:
    """Load the data and say what was left out; tell whether everything planned is loaded."""
    if plan.folder != DEMO:
        for remark in plan.remarks:
            print(f"  {remark}", flush=True)
    loader = Loader(running.settings, running.airflow, plan, running.source, running.supervisor.check)
    try:
        loader.load()
    except LoadingError as error:
        print(f"\nNot loaded: {error}\nWhat was in service before stays in service.", flush=True)
        return False
    finally:
        print_loans(loader.loans)
    return True


def open_office(running: Machine) -> None:
    """Fill the back-office on the first run, and let its orders be published."""
    with progress("Opening the back-office"):
        remark = fill_office(running.settings)
        let_publish(running.airflow.api)
    if remark:
        print(f"  {remark}", flush=True)


def print_loans(loans: list[Loan]) -> None:
    """Say which PDFs stand for orders that they are not; nothing where there are none."""
    if not loans:
        return
    print("\n  Only these documents are there to be read, in the place of others:", flush=True)
    for loan in loans:
        print(f"  · {loan}", flush=True)


def watch(supervisor: Supervisor) -> None:
    """Stay until a stop is asked for.

    Raises:
        LaunchError: a process has died.
    """
    while True:
        supervisor.check()
        time.sleep(WATCH_SECONDS)


def describe_source(running: Machine) -> str:
    """Return the line that says where prefectoral orders are fetched from; empty where none are."""
    if running.source is None:
        return ""
    return f"\n  Orders   {running.source.url}, a local Géorisques that update_aps fetches from"


def describe_office(settings: Settings) -> str:
    """Return the line of the back-office, with an account to sign in with where one was made."""
    address = f"\n  Editors  {settings.site_url}/back-office/"
    if not has_own_office(settings):
        return f"{address}   accounts: `.venv/bin/flask --app webapp editors add`"
    return f"{address}   name {EDITOR}, password {kept_password(settings.run_dir)}"


def describe_run(running: Machine, plan: Plan, seconds: float) -> str:
    """Return what a person wants to know once everything runs."""
    settings = running.settings
    source = "the demo department" if plan.folder == DEMO else str(plan.folder)
    return f"""
Running after {seconds:.0f} s, with {source}.

  Site     {settings.site_url}{describe_office(settings)}
  Airflow  {running.airflow.url}   user {USER}, password {running.airflow.password}
  Logs     {settings.run_dir / "logs"}{describe_source(running)}

Next things to try
  · search an installation on the site: a name, a city, a postcode; typos are forgiven
  · on its page, choose ministerial orders and read what they say for it
  · {settings.site_url}/donnees shows what each step read, wrote and rejected
  · search a word inside prefectoral orders: {settings.site_url}/recherche
  · sign in as an editor, change an order, see what « Publication » announces, and publish
  · trigger transform_icpe in Airflow and watch sync_icpe start after it
  · `.venv/bin/python -m etl --help`: the same steps without Airflow
  · `make run DATA=<folder>` with extractions of your own, `make test`, `make help`

Ctrl-C stops everything.
"""
