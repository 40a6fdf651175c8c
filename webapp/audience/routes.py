"""The page that shows the audience to everybody."""

from flask import Blueprint, render_template

from webapp.audience.queries import DAYS_SHOWN, read_statistics
from webapp.formats import PARIS, now

blueprint = Blueprint("audience", __name__, template_folder="templates")


@blueprint.get("/statistiques")
def statistics() -> str:
    """Show how many pages were seen, by day, by kind and by month."""
    today = now().astimezone(PARIS).date()
    return render_template(
        "audience/statistics.html", figures=read_statistics(today), today=today, days_shown=DAYS_SHOWN
    )
