"""The steps of the pipeline: no Airflow, no Flask, runnable from `python -m etl`."""
