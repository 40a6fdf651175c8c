"""How the page « Publication » says things."""

from etl.am_changes import ADDED, MOVED, OTHER, REMOVED

NOT_CONFIGURED = (
    "La publication depuis le site n’est pas configurée. La personne qui administre le site doit lui donner "
    "un compte dans Airflow (AIRFLOW_API_URL, AIRFLOW_API_USER, AIRFLOW_API_PASSWORD) ; elle peut aussi "
    "publier par la commande « python -m etl export-ams »."
)
DONE = {
    "demandee": "La publication est demandée.",
    "rejointe": "Une publication était déjà en cours : vous la suivez ici, aucune autre n’a été lancée.",
}
# What changes of a section or of an order (`etl.am_changes`).
PARTS = {
    ADDED: "ajoutée",
    REMOVED: "retirée",
    MOVED: "déplacée",
    OTHER: "autres informations",
    "title": "titre",
    "text": "texte",
    "parametrization": "paramétrage",
    "topic": "thème",
    "reference": "référence",
    "date": "date",
    "classements": "classements",
    "nickname": "nom d’usage",
    "links": "liens",
    "visa": "visas",
}
SECTIONS_SHOWN = 30
FINDINGS_SHOWN = 30
