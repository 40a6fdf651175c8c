"""The two files of an S3IC extraction: their columns, what each may hold, and what it becomes.

Another source of the same facts is another module like this one; the rules of the datasets do not know it.
"""

from dataclasses import dataclass

from etl.contracts import NUMBER, RUBRIQUE, S3IC_ID, Rule

SEPARATOR = ";"

REGIMES = frozenset({"A", "E", "D", "DC", "NC", "S", "1", "2", "3"})
SEVESO = {"SSH": "SH", "SSB": "SB", "NS": "NS"}
FAMILIES = {
    "industrie": "Industries",
    "carriere": "Carrières",
    "volailles": "Volailles",
    "bovins": "Bovins",
    "porcs": "Porcs",
}
ACTIVITY_STATES = frozenset(
    {"En fonctionnement", "En construction", "A l'arrêt", "Cessation déclarée", "Récolement fait"}
)
TECHNICAL_STATES = ACTIVITY_STATES | {"En projet", "Reprise"}


@dataclass(frozen=True, slots=True)
class Source:
    """One file: what it is called, the output column of each of its columns, and the rules of its values."""

    name: str
    outputs: dict[str, str]
    rules: tuple[Rule, ...]


ESTABLISHMENTS = Source(
    name="establishments",
    outputs={
        "code_s3ic": "s3ic_id",
        "region": "region",
        "département": "department",
        "commune_principale": "city",
        "raison_sociale": "name",
        "coordonnées_géographiques_x": "lat",
        "coordonnées_géographiques_y": "lon",
        "date_inspection": "last_inspection",
        "régime_etab_en_vigueur": "regime",
        "statut_seveso": "seveso",
        "famille": "family",
        "état_de_l_activité": "active",
        "code_postal": "code_postal",
        "code_insee_commune": "code_insee",
        "code_naf": "code_naf",
    },
    rules=(
        Rule("code_s3ic", S3IC_ID, is_required=True),
        Rule("coordonnées_géographiques_x", NUMBER),
        Rule("coordonnées_géographiques_y", NUMBER),
        Rule("date_inspection", is_date=True),
        Rule("régime_etab_en_vigueur", values=REGIMES),
        Rule("statut_seveso", values=SEVESO),
        Rule("famille", values=FAMILIES),
        Rule("état_de_l_activité", values=ACTIVITY_STATES),
    ),
)

CLASSEMENTS = Source(
    name="classements",
    outputs={
        "code_s3ic": "s3ic_id",
        "rubrique_envigueur": "rubrique",
        "alinéa_envigueur": "alinea",
        "régime_envigueur": "regime",
        "libellé_court_envigueur": "activite",
        "date_acte_rub_en_vigueur": "date_autorisation",
        "date_début_exploitation_rub": "date_mise_en_service",
        "date_dernière_modification_notable_rub": "last_substantial_modif_date",
        "état_technique": "state",
        "rubrique_autorisé": "rubrique_acte",
        "alinéa_autorisé": "alinea_acte",
        "régime_autorisé": "regime_acte",
        "quantité": "volume",
        "unité": "unit",
    },
    rules=(
        Rule("code_s3ic", S3IC_ID, is_required=True),
        Rule("rubrique_envigueur", RUBRIQUE, is_required=True),
        Rule("rubrique_autorisé", RUBRIQUE),
        Rule("date_acte_rub_en_vigueur", is_date=True),
        Rule("date_début_exploitation_rub", is_date=True),
        Rule("date_dernière_modification_notable_rub", is_date=True),
        Rule("quantité", NUMBER),
        Rule("régime_envigueur", values=REGIMES),
        Rule("régime_autorisé", values=REGIMES),
        Rule("état_technique", values=TECHNICAL_STATES),
    ),
)
