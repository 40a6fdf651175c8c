"""The forms of what the API answers, but for the texts of orders."""

from marshmallow import Schema, fields

from webapp.api.answers import AnswerSchema, ListSchema

LINKS = "Adresses de cette ressource et de celles qui s’y rattachent"


def told(description: str) -> fields.String:
    """Return a text that is always there."""
    return fields.String(required=True, metadata={"description": description})


def maybe(description: str) -> fields.String:
    """Return a text that may be unknown."""
    return fields.String(required=True, allow_none=True, metadata={"description": description})


def maybe_day(description: str) -> fields.Date:
    """Return a date that may be unknown."""
    return fields.Date(required=True, allow_none=True, metadata={"description": description})


def links() -> fields.Dict:
    """Return addresses by what they lead to."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(allow_none=True),
        required=True,
        metadata={"description": LINKS},
    )


class InstallationItemSchema(Schema):
    """An installation in a list."""

    s3ic_id = told("Identifiant S3IC")
    name = told("Raison sociale")
    city = maybe("Commune")
    code_postal = maybe("Code postal")
    department = maybe("Département")
    regime = told("Régime : A (autorisation), E (enregistrement)")
    seveso = maybe("Statut Seveso : SH (seuil haut), SB (seuil bas), NS (non Seveso)")
    active = told("État de l’activité")
    links = links()


class InstallationListSchema(ListSchema):
    """Installations that match a question, the best first; `similar` are near misses of its words."""

    items = fields.List(fields.Nested(InstallationItemSchema), required=True)
    similar = fields.List(fields.Nested(InstallationItemSchema), required=True)


class InstallationSchema(AnswerSchema):
    """One installation."""

    s3ic_id = told("Identifiant S3IC")
    name = told("Raison sociale")
    region = maybe("Région")
    department = maybe("Département")
    num_dep = maybe("Numéro du département")
    city = maybe("Commune")
    code_postal = maybe("Code postal")
    code_insee = maybe("Code INSEE de la commune")
    code_naf = maybe("Code NAF")
    longitude = fields.Float(required=True, allow_none=True, metadata={"description": "Longitude (WGS 84)"})
    latitude = fields.Float(required=True, allow_none=True, metadata={"description": "Latitude (WGS 84)"})
    last_inspection = maybe_day("Dernière inspection")
    regime = told("Régime : A (autorisation), E (enregistrement)")
    seveso = maybe("Statut Seveso : SH (seuil haut), SB (seuil bas), NS (non Seveso)")
    family = maybe("Famille d’activité")
    active = told("État de l’activité")


class ClassementSchema(Schema):
    """A line of the classification; of a line 47xx, nothing else is published."""

    rubrique = told("Rubrique en vigueur ; 47xx : rubrique dont le détail n’est pas communicable")
    alinea = maybe("Alinéa en vigueur")
    regime = told("Régime en vigueur : A, E, D, NC ou unknown")
    activite = maybe("Activité")
    volume = maybe("Quantité autorisée, comme à la source")
    unit = maybe("Unité de la quantité")
    date_autorisation = maybe_day("Date d’autorisation")
    date_mise_en_service = maybe_day("Date de mise en service")
    last_substantial_modif_date = maybe_day("Dernière modification notable")
    state = maybe("État technique")
    rubrique_acte = maybe("Rubrique de l’acte administratif")
    alinea_acte = maybe("Alinéa de l’acte administratif")
    regime_acte = maybe("Régime de l’acte administratif")


class ClassementListSchema(AnswerSchema):
    """All lines of an installation, in the order of the source."""

    items = fields.List(fields.Nested(ClassementSchema), required=True)


class ApItemSchema(Schema):
    """A prefectoral order."""

    georisques_id = told("Identifiant Géorisques")
    s3ic_id = told("Installation qu’il régit")
    title = told("Ce que dit la source, sinon le titre lu dans le texte")
    dated_on = maybe_day("Date de l’arrêté")
    status = told("SUCCESS : texte lu ; ERROR : document illisible ; NOT_ATTEMPTED : pas encore lu")
    failure = maybe("Pourquoi le document n’a pas pu être lu")
    page_count = fields.Integer(required=True, allow_none=True, metadata={"description": "Nombre de pages"})
    size_bytes = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Taille du document"}
    )
    confidence = fields.Float(
        required=True, allow_none=True, metadata={"description": "Confiance dans la lecture, de 0 à 100"}
    )
    links = links()


class ApListSchema(AnswerSchema):
    """The prefectoral orders of an installation, the newest first."""

    items = fields.List(fields.Nested(ApItemSchema), required=True)


class ApSchema(AnswerSchema, ApItemSchema):
    """One prefectoral order."""


class ApPageSchema(Schema):
    """The text of one page."""

    page = fields.Integer(required=True, metadata={"description": "Numéro de la page, à partir de 1"})
    text = told("Texte lu, vide s’il n’y en a pas")
    decision = told("keep : texte du document ; read : page lue ; blank : page blanche ; failed : illisible")
    confidence = fields.Float(
        required=True, allow_none=True, metadata={"description": "Confiance dans la lecture, de 0 à 100"}
    )


class ApPageListSchema(ListSchema):
    """Pages of a prefectoral order."""

    items = fields.List(fields.Nested(ApPageSchema), required=True)


class ReferenceSchema(Schema):
    """A line of the nomenclature."""

    rubrique = told("Rubrique")
    alinea = maybe("Alinéa")
    regime = told("Régime : A, E, D ou NC")
    description = told("Intitulé")


class ReferenceListSchema(ListSchema):
    """Lines of the nomenclature."""

    items = fields.List(fields.Nested(ReferenceSchema), required=True)


class FileSchema(Schema):
    """A file to download."""

    name = told("Nom du fichier")
    title = told("Ce qu’il contient")
    size_bytes = fields.Integer(required=True, allow_none=True, metadata={"description": "Taille"})
    rows = fields.Integer(required=True, allow_none=True, metadata={"description": "Nombre de lignes"})
    links = links()


class DatasetSchema(Schema):
    """A dataset of the site."""

    key = told("Nom court")
    title = told("Nom")
    source = told("D’où il vient")
    description = told("Ce qu’il contient")
    licence = told("Licence de réutilisation")
    dated_on = maybe_day("Date des données à la source, si elle est connue")
    refreshed_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "Dernière mise en service"}
    )
    is_refused = fields.Boolean(
        required=True,
        metadata={"description": "La dernière mise à jour a été refusée : l’état d’avant reste en service"},
    )
    files = fields.List(fields.Nested(FileSchema), required=True)


class DatasetListSchema(Schema):
    """All datasets."""

    links = links()
    items = fields.List(fields.Nested(DatasetSchema), required=True)


class EntrySchema(Schema):
    """Where the API begins."""

    title = told("Nom de l’interface")
    version = told("Version")
    licence = told("Licence de réutilisation des données")
    licence_url = told("Texte de la licence")
    links = links()
