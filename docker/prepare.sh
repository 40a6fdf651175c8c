#!/bin/sh
# Runs once before Airflow and the site start: schemas, buckets, the pool of OCR batches, the passwords of the Airflow sign-in.
set -eu

airflow db migrate
python -m etl migrate
python docker/make_buckets.py
python docker/make_pool.py
python docker/airflow_passwords.py "$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
