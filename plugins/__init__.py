"""What Airflow loads beside the DAGs: links in its menu, and the alerts that the DAGs import."""
