"""The codes of the data in words."""

REGIMES = {
    "A": "Autorisation",
    "E": "Enregistrement",
    "D": "Déclaration",
    "NC": "Non classé",
    "unknown": "Inconnu",
}
SEVESO = {"SH": "Seveso seuil haut", "SB": "Seveso seuil bas", "NS": "Non Seveso"}
STATES = ("En fonctionnement", "En construction")

# What a published installation may be: these are the choices of the search filters.
PUBLISHED_REGIMES = {code: REGIMES[code] for code in ("A", "E")}
HIDDEN_RUBRIQUE = "47xx"
# What installations have for an s3ic_id that a person invented.
FICTIVE_ID = "0000.00000"
# A mark of the source for « no alinéa »: it says nothing to a reader.
NO_ALINEA = "#"
