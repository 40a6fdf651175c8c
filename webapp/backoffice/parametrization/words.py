"""How parameters, and what was done to elements, are said."""

from regulation.conditions import Parameter

PARAMETERS = {
    Parameter.REGIME: "Régime",
    Parameter.DATE_AUTORISATION: "Date d’autorisation",
    Parameter.DATE_DECLARATION: "Date de déclaration",
    Parameter.DATE_ENREGISTREMENT: "Date d’enregistrement",
    Parameter.DATE_INSTALLATION: "Date de mise en service",
    Parameter.ALINEA: "Alinéa",
    Parameter.RUBRIQUE: "Rubrique",
    Parameter.QUANTITE: "Quantité associée à la rubrique",
}
SAVED = {"ajouté": "parametre-ajoute", "modifié": "parametre-change"}
