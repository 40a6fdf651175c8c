#!/bin/sh
# Brings the code of this folder into service in containers: `sh docker/update.sh [--back]`. `--back` is for an earlier
# version: no backup, no migration. It stops at the first thing that fails; until `up`, the old containers go on.
set -eu

cd "$(dirname "$0")/.."
docker compose build
if [ "${1:-}" = --back ]; then
    # Tables that are newer stay: migrations keep the version before working.
    docker compose up --detach --no-deps --wait webapp nginx
    docker compose up --detach --no-deps airflow-apiserver airflow-scheduler airflow-dag-processor airflow-triggerer
    exit 0
fi
docker compose exec --no-TTY airflow-scheduler python -m etl backup
docker compose up --detach --wait
docker compose run --rm check
