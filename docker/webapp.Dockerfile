# The site. The first stage is that of airflow.Dockerfile: its layers are built and kept once.
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
RUN pip uninstall --yes --root-user-action ignore pip setuptools wheel \
    && groupadd --gid 10001 envinorma \
    && useradd --uid 10001 --gid envinorma --no-create-home --shell /usr/sbin/nologin envinorma
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/envinorma \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
COPY --from=environment /opt/venv /opt/venv
WORKDIR /opt/envinorma
COPY regulation regulation
COPY etl etl
COPY sql sql
COPY webapp webapp
COPY docker/healthcheck.py docker/
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "webapp/gunicorn_settings.py", "--bind", "0.0.0.0:8000", "webapp.wsgi:app"]
