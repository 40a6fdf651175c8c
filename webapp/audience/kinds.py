"""Which pages are counted, and under which kind: finer would begin to say what one person looks at."""

KINDS = {
    "home": "Accueil",
    "installations": "Recherche d’installations",
    "installation": "Fiche d’une installation",
    "orders": "Arrêtés d’une installation",
    "collection": "Prescriptions retenues",
    "export": "Fiches téléchargées (odt, docx, ods, csv)",
    "document": "Documents d’arrêtés préfectoraux",
    "ministerial": "Arrêté ministériel",
    "texts": "Recherche dans les textes",
    "map": "Carte",
    "own": "Installations créées ou copiées",
    "data": "Données et fichiers",
    "api": "API ouverte",
    "about": "Aide et informations",
}
KIND_OF_ENDPOINT = {
    "pages.home": "home",
    "installations.results": "installations",
    "installations.sheet": "installation",
    "orders.chosen_orders": "orders",
    "orders.ministerial": "ministerial",
    "collection.whole": "collection",
    "exports.collection_file": "export",
    "aps.document": "document",
    "fulltext.results": "texts",
    "cartography.show": "map",
    "data.overview": "data",
    "data.download": "data",
    "audience.statistics": "about",
    "guests.personal_data": "about",
    "pages.help_page": "about",
    "pages.about": "about",
    "pages.accessibility": "about",
    "pages.legal": "about",
}
KIND_OF_BLUEPRINT = {"own_installations": "own", "classements": "own"}
API_BLUEPRINTS = "api_"
API_DOCUMENTATION = "api_documentation.show"
# What a page asks for by itself while somebody types.
NOT_SEEN = frozenset({"own_installations.suggestions"})


def kind_of(endpoint: str | None) -> str | None:
    """Return the kind of page of an endpoint; None where it is not counted."""
    if endpoint is None or endpoint in NOT_SEEN:
        return None
    if endpoint in KIND_OF_ENDPOINT:
        return KIND_OF_ENDPOINT[endpoint]
    if endpoint.startswith(API_BLUEPRINTS):
        return "about" if endpoint == API_DOCUMENTATION else "api"
    return KIND_OF_BLUEPRINT.get(endpoint.partition(".")[0])
