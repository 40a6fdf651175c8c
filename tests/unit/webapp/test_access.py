"""Who may call what: a new route fails here until someone decides."""

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

PUBLIC = "everybody"
GUEST = "whoever made something, their own things only"
NOTHING_KEPT = "everybody; what they send is answered and not kept"
OWN_PAGES = "whoever made the installation; not found for everybody else"
OWN_PICKS = "everybody; it holds nothing but their own picks"

MACHINES = "whoever has the token, else this machine alone; not found for everybody else"
DOOR = "everybody; it asks who they are"
READER = "editors of any role"
EDITOR = "editors who may write"
PUBLISHER = "editors who may publish"

# An element of an order's parametrization: where it stands, and its kind.
ELEMENT = (
    "/back-office/arretes/<cid>/parametrage/<place>/<any(inapplicabilite, modification, avertissement):word>"
)

ACCESS = {
    ("GET", "/"): PUBLIC,
    ("GET", "/robots.txt"): PUBLIC,
    ("GET", "/carte"): PUBLIC,
    ("GET", "/carte/points"): PUBLIC,
    ("GET", "/aide"): PUBLIC,
    ("GET", "/a-propos"): PUBLIC,
    ("GET", "/accessibilite"): PUBLIC,
    ("GET", "/mentions-legales"): PUBLIC,
    ("GET", "/installations"): PUBLIC,
    ("GET", "/installations/suggestions"): PUBLIC,
    ("GET", "/mes-installations"): OWN_PAGES,
    ("GET", "/installations/nouvelle"): PUBLIC,
    ("POST", "/installations/nouvelle"): GUEST,
    ("GET", "/installations/<ref>/copie"): PUBLIC,
    ("POST", "/installations/<ref>/copie"): GUEST,
    ("GET", "/installations/<ref>/nom"): OWN_PAGES,
    ("POST", "/installations/<ref>/nom"): GUEST,
    ("GET", "/installations/<ref>/suppression"): OWN_PAGES,
    ("POST", "/installations/<ref>/suppression"): GUEST,
    ("GET", "/installations/<ref>/classements"): OWN_PAGES,
    ("GET", "/installations/<ref>/classements/ajouter"): OWN_PAGES,
    ("POST", "/installations/<ref>/classements/ajouter"): GUEST,
    ("GET", "/installations/<ref>/classements/<int:line_id>"): OWN_PAGES,
    ("POST", "/installations/<ref>/classements/<int:line_id>"): GUEST,
    ("POST", "/installations/<ref>/classements/<int:line_id>/retirer"): GUEST,
    ("GET", "/nomenclature/suggestions"): PUBLIC,
    ("GET", "/installations/<s3ic_id>"): PUBLIC,
    ("GET", "/installations/<s3ic_id>/arretes"): PUBLIC,
    ("GET", "/arretes-prefectoraux/<path:georisques_id>.pdf"): PUBLIC,
    ("GET", "/recherche"): PUBLIC,
    ("GET", "/arretes-ministeriels/<cid>"): PUBLIC,
    ("GET", "/installations/<ref>/prescriptions"): PUBLIC,
    ("POST", "/installations/<ref>/prescriptions"): GUEST,
    ("GET", "/installations/<ref>/prescriptions/ajouter"): PUBLIC,
    ("POST", "/installations/<ref>/prescriptions/ajouter"): GUEST,
    ("POST", "/installations/<ref>/prescriptions/retirer"): GUEST,
    ("POST", "/installations/<ref>/prescriptions/remettre"): GUEST,
    ("POST", "/installations/<ref>/prescriptions/nouveau-texte"): GUEST,
    ("POST", "/installations/<ref>/prescriptions/regroupement"): GUEST,
    ("POST", "/prescriptions/mise-en-forme"): NOTHING_KEPT,
    ("GET", "/donnees"): PUBLIC,
    ("GET", "/donnees-personnelles"): PUBLIC,
    ("POST", "/donnees-personnelles/effacer"): GUEST,
    ("GET", "/donnees/fichiers/<name>"): PUBLIC,
    ("GET", "/installations/<ref>/collection.<any(odt, docx, ods, csv):kind>"): OWN_PICKS,
    ("GET", "/api/v1/"): PUBLIC,
    ("GET", "/api/v1/docs"): PUBLIC,
    ("GET", "/api/v1/openapi.json"): PUBLIC,
    ("GET", "/api/v1/installations"): PUBLIC,
    ("GET", "/api/v1/installations/<s3ic_id>"): PUBLIC,
    ("GET", "/api/v1/installations/<s3ic_id>/classements"): PUBLIC,
    ("GET", "/api/v1/installations/<s3ic_id>/ams"): PUBLIC,
    ("GET", "/api/v1/installations/<s3ic_id>/ams/<cid>"): PUBLIC,
    ("GET", "/api/v1/installations/<s3ic_id>/aps"): PUBLIC,
    ("GET", "/api/v1/ams"): PUBLIC,
    ("GET", "/api/v1/ams/<cid>"): PUBLIC,
    ("GET", "/api/v1/aps/<path:georisques_id>"): PUBLIC,
    ("GET", "/api/v1/aps/<path:georisques_id>/pages"): PUBLIC,
    ("GET", "/api/v1/nomenclature"): PUBLIC,
    ("GET", "/api/v1/datasets"): PUBLIC,
    ("GET", "/api/v1/search"): PUBLIC,
    ("GET", "/back-office/connexion"): DOOR,
    ("POST", "/back-office/connexion"): DOOR,
    ("POST", "/back-office/deconnexion"): READER,
    ("GET", "/back-office/"): READER,
    ("GET", "/back-office/compte"): READER,
    ("POST", "/back-office/compte/mot-de-passe"): READER,
    ("POST", "/back-office/compte/sessions"): READER,
    ("GET", "/back-office/arretes/nouveau"): EDITOR,
    ("POST", "/back-office/arretes/nouveau"): EDITOR,
    ("GET", "/back-office/arretes/<cid>/"): READER,
    ("GET", "/back-office/arretes/<cid>/apercu"): READER,
    ("GET", "/back-office/arretes/<cid>/historique"): READER,
    ("GET", "/back-office/arretes/<cid>/historique/<int:number>"): READER,
    ("GET", "/back-office/arretes/<cid>/historique/comparaison"): READER,
    ("GET", "/back-office/arretes/<cid>/historique/<int:number>/retablir"): EDITOR,
    ("POST", "/back-office/arretes/<cid>/historique/<int:number>/retablir"): EDITOR,
    ("GET", "/back-office/journal"): PUBLISHER,
    ("POST", "/back-office/arretes/<cid>/metadonnees"): EDITOR,
    ("POST", "/back-office/arretes/<cid>/etat"): EDITOR,
    ("GET", "/back-office/arretes/<cid>/texte"): READER,
    ("POST", "/back-office/arretes/<cid>/texte"): EDITOR,
    ("POST", "/back-office/arretes/<cid>/texte/relecture"): EDITOR,
    ("POST", "/back-office/arretes/<cid>/texte/enregistrement"): EDITOR,
    ("POST", "/back-office/texte/collage"): EDITOR,
    ("GET", "/back-office/arretes/<cid>/parametrage"): READER,
    ("GET", f"{ELEMENT}/nouveau"): EDITOR,
    ("POST", f"{ELEMENT}/nouveau"): EDITOR,
    ("GET", f"{ELEMENT}/<int:rank>"): EDITOR,
    ("POST", f"{ELEMENT}/<int:rank>"): EDITOR,
    ("POST", f"{ELEMENT}/<int:rank>/retirer"): EDITOR,
    ("GET", "/back-office/arretes/<cid>/themes"): READER,
    ("POST", "/back-office/arretes/<cid>/themes"): EDITOR,
    ("GET", "/statistiques"): PUBLIC,
    ("GET", "/metrics"): MACHINES,
    ("GET", "/back-office/publication"): READER,
    ("POST", "/back-office/publication"): PUBLISHER,
    ("GET", "/back-office/publication/avancement"): READER,
    ("GET", "/back-office/arretes/<cid>/importer"): EDITOR,
    ("POST", "/back-office/arretes/<cid>/importer"): EDITOR,
    ("GET", "/back-office/arretes/<cid>/comparaison"): READER,
    ("POST", "/back-office/arretes/<cid>/comparaison/pris-en-compte"): EDITOR,
    ("GET", "/sante"): PUBLIC,
    ("GET", "/sante/processus"): PUBLIC,
    ("GET", "/static/<version>/<path:name>"): PUBLIC,
}


def test_every_route_has_the_access_it_was_given(app: Flask) -> None:
    implied = {"HEAD", "OPTIONS"}
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - implied
    }

    assert routes == set(ACCESS)


def test_public_pages_only_read(app: Flask) -> None:
    assert {method for (method, _), who in ACCESS.items() if who is PUBLIC} == {"GET"}


def test_what_a_guest_does_is_asked_by_post(app: Flask) -> None:
    assert {method for (method, _), who in ACCESS.items() if who is GUEST} == {"POST"}


def test_the_back_office_asks_for_the_role_it_was_given(app: Flask) -> None:
    words = {"reader": READER, "editor": EDITOR, "publisher": PUBLISHER, "anybody": DOOR}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/back-office"):
            role = words[getattr(app.view_functions[rule.endpoint], "needs_role")]  # noqa: B009
            assert {
                ACCESS[method, rule.rule] for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
            } == {role}


def test_the_public_site_does_not_lead_to_the_back_office(client: FlaskClient) -> None:
    for page in ("/a-propos", "/aide", "/back-office/connexion"):
        navigation = BeautifulSoup(client.get(page).text, "html5lib").select("header a, footer a")
        assert navigation
        assert not [link for link in navigation if "back-office" in str(link["href"])]
