"""The catalogue: every dataset that a DAG makes or waits for, what it is, who makes it and who reads it.

An asset is a dataset, not an address: the buckets are settings, so the same asset lies in a folder here and
in an object store there. What a run made is told by the event (`extra`): date, rows, checksums.
"""

from airflow.sdk import Asset

S3IC_ESTABLISHMENTS = Asset(
    name="s3ic_establishments",
    uri="envinorma://misc/private/input/s3ic-liste-etablissements.csv",
    group="icpe",
    extra={
        "what": "Raw extraction of the establishments from the ministry's register S3IC; private.",
        "made_by": "an operator, who puts it into the bucket",
        "read_by": "transform_icpe",
    },
)

S3IC_CLASSEMENTS = Asset(
    name="s3ic_classements",
    uri="envinorma://misc/private/input/sic-liste-rubriques.csv",
    group="icpe",
    extra={
        "what": "Raw extraction of the classement lines from S3IC; private (volumes of 47xx).",
        "made_by": "an operator, who puts it into the bucket",
        "read_by": "transform_icpe",
    },
)

ICPE_FILES = Asset(
    name="icpe_files",
    uri="envinorma://misc/icpe",
    group="icpe",
    extra={
        "what": "installations_*.csv and classements_*.csv (all, idf, sample), published together.",
        "made_by": "transform_icpe",
        "read_by": "sync_icpe",
    },
)

ICPE_ROWS = Asset(
    name="icpe_rows",
    uri="envinorma://database/icpe",
    group="icpe",
    extra={
        "what": "Published rows of the tables installations and classements.",
        "made_by": "sync_icpe",
        "read_by": "the site and its API",
    },
)

AM_ARCHIVE = Asset(
    name="am_archive",
    uri="envinorma://am/ams/latest.zip",
    group="ams",
    extra={
        "what": "The ministerial orders in force: a ZIP of <cid>.json files.",
        "made_by": "export_ams, or an operator who puts it into the bucket",
        "read_by": "sync_ams",
    },
)

AM_ROWS = Asset(
    name="am_rows",
    uri="envinorma://database/ams",
    group="ams",
    extra={
        "what": "The tables ams, alineas and classement_references.",
        "made_by": "sync_ams",
        "read_by": "the site and its API",
    },
)

APS_FILES = Asset(
    name="aps_files",
    uri="envinorma://misc/aps",
    group="aps",
    extra={
        "what": "aps_*.csv (all, idf, sample); in the bucket ap, the searchable PDFs and their statuses.",
        "made_by": "update_aps",
        "read_by": "sync_aps",
    },
)

AP_ROWS = Asset(
    name="ap_rows",
    uri="envinorma://database/aps",
    group="aps",
    extra={
        "what": "The tables aps and ap_pages.",
        "made_by": "sync_aps",
        "read_by": "the site and its API",
    },
)
