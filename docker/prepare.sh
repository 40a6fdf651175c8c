#!/bin/sh
# Runs once before Airflow and the site start: schemas, buckets, the pool of OCR batches, the password of the Airflow sign-in.
set -eu

airflow db migrate
python -m etl migrate
python docker/make_buckets.py
python docker/make_pool.py

passwords="$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
if [ ! -s "$passwords" ]; then
    umask 077
    python -c 'import json, secrets; print(json.dumps({"admin": secrets.token_urlsafe(24)}))' > "$passwords.new"
    mv "$passwords.new" "$passwords"
fi
