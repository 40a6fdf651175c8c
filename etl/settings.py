"""The one reader of the environment: every variable of the project, with its default and its meaning.

Values come from the process environment, else from a `.env` file at the root (both optional), else from the
default given here. `.env.example` lists the same variables; a test compares the two. Any of them may be given
as a file: NAME_FILE says which one holds the value of NAME (`etl.settings_files`).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from etl.errors import SettingsError
from etl.settings_files import FileSource

ROOT = Path(__file__).resolve().parent.parent
BucketName = Literal["misc", "ap", "am", "backup"]
# Settings that some service cannot do without, and which (docs/operations/settings.md).
MANDATORY = {
    **dict.fromkeys(
        (
            "database_url", "etl_database_url", "web_database_url", "backoffice_database_url",
            "misc_bucket", "ap_bucket", "am_bucket",
            "site_url", "allowed_hosts", "secret_key", "trusted_proxies",
        ),
        "in production",
    ),
    **dict.fromkeys(
        ("s3_endpoint_url", "s3_region", "s3_access_key_id", "s3_secret_access_key"), "with an object store"
    ),
    **dict.fromkeys(("georisques_dump_url", "georisques_documents_url"), "for `update_aps`"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ObjectStoreAccess:
    """Where an object store is, and the keys for it; None where nothing is set."""

    endpoint_url: str | None
    region: str | None
    key: SecretStr | None
    secret: SecretStr | None


class Settings(BaseSettings):
    """Every setting of the pipeline, the site and the local run."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the files of NAME_FILE between the environment and `.env`."""
        del file_secret_settings
        files = FileSource(settings_cls, getattr(env_settings, "env_vars", {}))
        files_of_dotenv = FileSource(settings_cls, getattr(dotenv_settings, "env_vars", {}))
        return init_settings, env_settings, files, dotenv_settings, files_of_dotenv

    # --- database
    database_url: SecretStr | None = Field(
        default=None, description="Postgres as the owner of the tables; unset: the project's own cluster"
    )
    etl_database_url: SecretStr | None = Field(
        default=None, description="for the steps; unset: DATABASE_URL in the role envinorma_etl"
    )
    web_database_url: SecretStr | None = Field(
        default=None, description="for the public site; unset: DATABASE_URL in the role envinorma_web"
    )
    backoffice_database_url: SecretStr | None = Field(
        default=None, description="for the back-office; unset: DATABASE_URL in the role envinorma_backoffice"
    )
    backup_database_url: SecretStr | None = Field(
        default=None,
        description="for the backup, which reads all and makes a scratch database; unset: DATABASE_URL",
    )
    db_sslmode: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] = Field(
        default="prefer", description="TLS towards Postgres; verify-full for a remote host"
    )

    # --- this machine
    run_dir: Path = Field(
        default=ROOT / ".run",
        description="where a local run keeps its cluster, buckets, logs; unset: .run at the root",
    )
    postgres_port: int = Field(
        default=54329, ge=0, le=65535, description="of the project's own cluster; 0: any"
    )
    airflow_port: int = Field(default=8080, ge=0, le=65535, description="of the Airflow UI in `make run`")
    web_port: int = Field(default=8000, ge=0, le=65535, description="of the site in `make run`")

    # --- buckets: a folder, file:///…, or s3://… (through the connection aws_default in Airflow)
    misc_bucket: str = Field(default="", description="CSVs and reports; unset: <RUN_DIR>/buckets/misc")
    ap_bucket: str = Field(default="", description="prefectoral orders; unset: <RUN_DIR>/buckets/ap")
    am_bucket: str = Field(
        default="", description="archives of ministerial orders; unset: <RUN_DIR>/buckets/am"
    )
    s3_endpoint_url: str | None = Field(
        default=None, description="of the object store; Airflow uses aws_default"
    )
    s3_region: str | None = Field(default=None, description="of the object store")
    s3_access_key_id: SecretStr | None = Field(default=None, description="of the object store")
    s3_secret_access_key: SecretStr | None = Field(default=None, description="of the object store")

    # --- backups of the database: a bucket of their own, private, with keys that nothing else has
    backup_bucket: str = Field(default="", description="backups; unset: <RUN_DIR>/buckets/backup")
    backup_s3_endpoint_url: str | None = Field(
        default=None, description="of the object store of the backups; unset: S3_ENDPOINT_URL"
    )
    backup_s3_region: str | None = Field(default=None, description="of that store; unset: S3_REGION")
    backup_s3_access_key_id: SecretStr | None = Field(
        default=None, description="of that store, for backups alone; unset: S3_ACCESS_KEY_ID"
    )
    backup_s3_secret_access_key: SecretStr | None = Field(
        default=None, description="of that store, for backups alone; unset: S3_SECRET_ACCESS_KEY"
    )

    # --- publication rules
    hidden_volume_rubriques: str = Field(
        default="", description="rubriques whose volumes are hidden as well, separated by commas"
    )

    # --- what enters the database, and who agrees to it
    sync_dataset: Literal["all", "idf", "sample"] = Field(
        default="all", description="which set of files is loaded"
    )
    approval_hours: float = Field(
        default=72,
        gt=0,
        description="how long a sync waits for an answer in Airflow before it counts as refused",
    )

    # --- the source of prefectoral orders
    georisques_dump_url: str = Field(
        default="", description="address of georisques_data.tar.gz; unset: update_aps cannot run"
    )
    georisques_documents_url: str = Field(
        default="", description="address under which a document is <georisques_id>.pdf"
    )
    georisques_hosts: str = Field(
        default="georisques.gouv.fr, georisques.fr, developpement-durable.gouv.fr",
        description="the only hosts that documents are fetched from, their subdomains included",
    )
    georisques_late_days: int = Field(
        default=7, ge=0, description="days after which a dump that was not renewed is refused; 0: any age"
    )

    # --- the sources of ministerial orders
    legifrance_client_id: str = Field(
        default="", description="of an application of PISTE; unset: Légifrance is not asked"
    )
    legifrance_client_secret: SecretStr | None = Field(default=None, description="of that application")
    legifrance_token_url: str = Field(
        default="https://oauth.piste.gouv.fr/api/oauth/token", description="where PISTE gives tokens"
    )
    legifrance_api_url: str = Field(
        default="https://api.piste.gouv.fr/dila/legifrance/lf-engine-app",
        description="address of the API Légifrance",
    )
    legifrance_hosts: str = Field(
        default="piste.gouv.fr", description="the only hosts asked for Légifrance, their subdomains included"
    )
    legifrance_pause_seconds: float = Field(
        default=1, ge=0, le=60, description="pause of watch_orders between two orders"
    )
    aida_url: str = Field(
        default="",
        description="https://aida.ineris.fr/consultation_document/ if its terms allow it; unset: never read",
    )
    aida_hosts: str = Field(
        default="aida.ineris.fr", description="the only hosts asked for AIDA, their subdomains included"
    )

    # --- reading of prefectoral orders
    ocr_batches: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="batches of orders read at the same time: one for each machine that reads",
    )

    # --- alerts
    slack_webhook_url: SecretStr | None = Field(default=None, description="unset: alerts go to the log only")
    airflow_url: str = Field(
        default="http://127.0.0.1:8080", description="public address of Airflow, for links"
    )
    site_url: str = Field(
        default="http://127.0.0.1:8000", description="public address of the site, for links"
    )

    # --- supervision
    metrics_token: SecretStr | None = Field(
        default=None,
        description="bearer token that /metrics asks for; unset: this machine alone may read it, directly",
    )
    sentry_dsn: SecretStr | None = Field(
        default=None, description="address of a Sentry project that takes errors; unset: none leaves"
    )
    sentry_environment: str = Field(
        default="production", description="name of this installation in Sentry, such as staging"
    )
    heartbeat_url: SecretStr | None = Field(
        default=None,
        description="asked once an hour when all is fresh, for a watchman elsewhere that alarms on silence",
    )

    # --- site
    allowed_hosts: str = Field(
        default="",
        description="hosts that requests may name, separated by commas (`.x.fr`: subdomains too); unset: any",
    )
    maintenance: bool = Field(
        default=False,
        description="true: the site is closed (without a restart: `python -m etl maintenance`)",
    )
    secret_key: SecretStr | None = Field(default=None, description="signs cookies; at least 32 random bytes")
    inactive_days: int = Field(
        default=90,
        ge=1,
        le=390,
        description="without a visit for so long, what a person made is deleted; the cookie lasts as long",
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=9,
        description="proxies in front of the site whose X-Forwarded-For is believed; 0: none is there",
    )
    web_workers: int = Field(default=2, ge=1, le=64, description="gunicorn workers")
    icpe_stale_days: int = Field(
        default=180,
        ge=1,
        description="age from which the site says that installations and classements are old",
    )
    ap_stale_days: int = Field(
        default=7,
        ge=1,
        description="days without an update from which the site says that prefectoral orders are old",
    )
    gun_themes_file: Path | None = Field(
        default=None,
        description="themes of the GUN tool, `theme;sujets`; unset: webapp/exports/gun_themes.csv",
    )

    # --- publishing from the back-office
    airflow_api_url: str = Field(
        default="", description="of Airflow as the site reaches it; unset: nobody publishes from the site"
    )
    airflow_api_user: str = Field(default="", description="the site's account in Airflow, of role user")
    airflow_api_password: SecretStr | None = Field(default=None, description="of that account")

    # --- the map
    map_tiles_url: str = Field(
        default="", description="tiles of the map, https://…/{z}/{x}/{y}.png; unset: the outline of the land"
    )
    map_tiles_credit: str = Field(default="", description="who made the tiles, as their terms ask")

    # --- who runs this site: shown on its legal pages
    legal_publisher: str = Field(default="", description="publisher of the site, for the legal notice")
    legal_director: str = Field(default="", description="who answers for what is published")
    legal_host: str = Field(default="", description="who hosts the site: name, address, telephone")
    contact_email: str = Field(default="", description="where people write about errors and access")

    def bucket_url(self, name: BucketName) -> str:
        """Return the address of a bucket: the variable's value, else a folder of the local run."""
        given: str = getattr(self, f"{name}_bucket")
        return given or str(self.run_dir / "buckets" / name)

    def object_store(self, name: BucketName) -> ObjectStoreAccess:
        """Return where a bucket's object store is and the keys for it; backups may have their own of each."""
        own = name == "backup"
        return ObjectStoreAccess(
            endpoint_url=(own and self.backup_s3_endpoint_url) or self.s3_endpoint_url,
            region=(own and self.backup_s3_region) or self.s3_region,
            key=(own and self.backup_s3_access_key_id) or self.s3_access_key_id,
            secret=(own and self.backup_s3_secret_access_key) or self.s3_secret_access_key,
        )


@cache
def load_settings() -> Settings:
    """Read the environment once.

    Raises:
        SettingsError: a variable has a value that cannot be used; the sentence names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        sentence = f"The variable {name} cannot be used: {first['msg']}. Correct it and start again."
        raise SettingsError(sentence) from None


def variables_beside_ours() -> Mapping[str, str]:
    """Return the variables of the process that are not settings: those of Airflow, Flask and the shell."""
    return {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
