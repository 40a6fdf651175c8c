# Airflow's processes and the one-shot preparation: one environment, from the same lock as everywhere.
FROM python:3.11-slim-bookworm AS environment
WORKDIR /build
COPY requirements.txt .
# The lock holds its own installer: uv is taken from it by pip, checked by hash, and installs the rest from wheels only.
RUN awk '/^uv==/,!/\\$/' requirements.txt > uv.txt \
    && pip install --no-cache-dir --require-hashes -r uv.txt \
    && uv venv --no-cache /opt/venv \
    && uv pip install --no-cache --python /opt/venv/bin/python --require-hashes --only-binary :all: \
       --compile-bytecode -r requirements.txt

FROM python:3.11-slim-bookworm
# What reads scanned orders, and what saves the database (as new as the server: both are of Debian 12, Postgres 15);
# the versions are those of Debian stable, with its security fixes.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends poppler-utils postgresql-client tesseract-ocr tesseract-ocr-fra \
    && rm -rf /var/lib/apt/lists/*
RUN pip uninstall --yes --root-user-action ignore pip setuptools wheel \
    && groupadd --gid 10001 envinorma \
    && useradd --uid 10001 --gid envinorma --home-dir /opt/airflow --no-create-home --shell /usr/sbin/nologin envinorma \
    && install --directory --owner envinorma --group envinorma --mode 0750 /opt/airflow
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/envinorma \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AIRFLOW_HOME=/opt/airflow
COPY --from=environment /opt/venv /opt/venv
WORKDIR /opt/envinorma
COPY alembic.ini ./
COPY regulation regulation
COPY etl etl
COPY sql sql
# The models of the site: the migrations compare themselves with them.
COPY webapp webapp
COPY plugins plugins
COPY dags dags
# Shown inside Airflow beside the DAGs.
COPY docs docs
COPY docker/airflow_passwords.py docker/healthcheck.py docker/make_buckets.py docker/make_pool.py docker/prepare.sh docker/
USER 10001:10001
CMD ["airflow", "version"]
