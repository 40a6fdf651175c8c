"""How the states and roles of the back-office are said."""

STATES = {
    "EN_CREATION": "En création",
    "VIGUEUR": "En vigueur",
    "ABROGE": "Abrogé",
    "DELETED": "Supprimé",
}
REGIMES = {"A": "Autorisation", "E": "Enregistrement", "D": "Déclaration"}
ROLES = {"reader": "lecture", "editor": "rédaction", "publisher": "publication"}
# What is said on the page of an order after it was written.
DONE = {
    "cree": "L’arrêté est créé.",
    "enregistre": "Les métadonnées sont enregistrées.",
    "inchange": "Rien n’avait changé : aucune version n’a été ajoutée.",
    "texte": "Le texte est enregistré.",
    "parametre-ajoute": "L’élément est ajouté.",
    "parametre-change": "L’élément est modifié.",
    "parametre-retire": "L’élément est retiré.",
    "themes": "Les thèmes sont enregistrés.",
    "etat": "L’état de l’arrêté est changé.",
    "source": "Le changement du texte à la source est marqué comme pris en compte.",
    "retabli": "La version est rétablie : une nouvelle version dit ce qu’elle disait.",
}
ACTIONS = {
    "import": "Importation d’une archive",
    "create": "Création",
    "metadata": "Métadonnées",
    "state": "Changement d’état",
    "text": "Texte",
    "parametrization": "Paramétrage",
    "topics": "Thèmes",
    "rollback": "Retour à une version",
}
# What the journal tells beside the actions that make a version.
EVENTS = ACTIONS | {
    "signed_in": "Connexion",
    "signed_out": "Déconnexion",
    "editor_added": "Compte ouvert",
    "editor_disabled": "Compte fermé",
    "editor_reset": "Nouveau mot de passe",
    "password_changed": "Mot de passe changé par la personne",
    "sessions_closed": "Autres sessions fermées",
    "publish": "Publication",
    "upstream_changed": "Texte modifié à Légifrance",
    "upstream_seen": "Changement à la source pris en compte",
}
