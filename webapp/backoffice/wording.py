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
    "etat": "L’état de l’arrêté est changé.",
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
