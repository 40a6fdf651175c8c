"""What gunicorn serves: `gunicorn webapp.wsgi:app`."""

from etl import error_tracking
from etl.settings import load_settings
from webapp import create_app
from webapp.operation.workers import count_over_workers
from webapp.request_log import request_tags, without_person, write_request_logs

write_request_logs()
count_over_workers()
error_tracking.start(load_settings(), request_tags, without_person)
app = create_app()
