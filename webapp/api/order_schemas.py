"""The forms of ministerial orders: in a list, with the reasons of their applicability, and their text."""

from marshmallow import Schema, fields

from regulation.conditions import ConditionType
from regulation.topics import Topic
from regulation.warnings import WarningKind
from webapp.api.answers import AnswerSchema, ListSchema
from webapp.api.fields import Prepared
from webapp.api.schemas import links, told

STATUSES = {
    "applicable": "applicable",
    "inapplicable": "visé par un classement, mais non applicable",
    "doubtful": "à vérifier : non applicable, sauf si une ligne 47xx le rend applicable",
    "transverse": "transverse : il vaut pour tout site",
    "undetermined": "lié aux seules rubriques 47xx : on ne peut pas déterminer s’il s’applique",
}


def one_of(kinds: list[str], description: str) -> fields.String:
    """Return a text that is one of some words."""
    return fields.String(required=True, metadata={"description": description, "enum": kinds})


class ConditionSchema(Schema):
    """A condition: a set of conditions (AND, OR), or a parameter compared with a target or a range."""

    type = one_of([kind.value for kind in ConditionType], "Nature de la condition")
    conditions = fields.List(fields.Nested("ConditionSchema"), metadata={"description": "AND, OR"})
    parameter = fields.String(metadata={"description": "Paramètre comparé"})
    target = fields.Raw(metadata={"description": "EQUAL, GREATER, LITTLER : valeur"})
    strict = fields.Boolean(metadata={"description": "GREATER, LITTLER : la valeur elle-même est exclue"})
    left = fields.Raw(metadata={"description": "RANGE : début"})
    left_strict = fields.Boolean(metadata={"description": "RANGE : le début est exclu"})
    right = fields.Raw(metadata={"description": "RANGE : fin"})
    right_strict = fields.Boolean(metadata={"description": "RANGE : la fin est exclue"})


class ReasonSchema(Schema):
    """A warning: structured, and as a French sentence."""

    kind = one_of([kind.value for kind in WarningKind], "Nature de l’avertissement")
    text = told("L’avertissement en français")
    condition = fields.Nested(ConditionSchema, metadata={"description": "Ce dont il dépend"})
    alineas = fields.List(fields.Integer(), metadata={"description": "Alinéas concernés, à partir de 0"})


class BindingSchema(Schema):
    """A rubrique and regime that an order is about."""

    rubrique = told("Rubrique")
    regime = told("Régime")
    alineas = fields.List(fields.String(), required=True, metadata={"description": "Alinéas ; vide : tous"})


class AmItemSchema(Schema):
    """A ministerial order, without its text."""

    cid = told("Identifiant Légifrance")
    title = told("Titre")
    nickname = told("Nom d’usage, vide s’il n’y en a pas")
    signed_on = fields.Date(required=True, metadata={"description": "Date de signature"})
    is_transverse = fields.Boolean(required=True, metadata={"description": "Vaut pour tout site"})
    bindings = fields.List(fields.Nested(BindingSchema), required=True)
    links = links()


class AmListSchema(ListSchema):
    """Ministerial orders in service."""

    items = fields.List(fields.Nested(AmItemSchema), required=True)


class ListedAmSchema(AmItemSchema):
    """A ministerial order as it concerns an installation."""

    status = one_of(list(STATUSES), "; ".join(f"{key} : {words}" for key, words in STATUSES.items()))
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class ListedAmListSchema(AnswerSchema):
    """The ministerial orders that concern an installation: those that apply first."""

    has_masked_lines = fields.Boolean(
        required=True,
        metadata={"description": "Des lignes 47xx sont masquées : la liste n’est pas le dernier mot"},
    )
    items = fields.List(fields.Nested(ListedAmSchema), required=True)


class CellSchema(Schema):
    """A cell of a table; spans are of at least 1 and stay inside the table."""

    text = told("Texte")
    colspan = fields.Integer(required=True, metadata={"description": "Colonnes occupées"})
    rowspan = fields.Integer(required=True, metadata={"description": "Lignes occupées"})


class RowSchema(Schema):
    """A row of a table."""

    is_header = fields.Boolean(required=True, metadata={"description": "Ligne d’en-tête"})
    cells = fields.List(fields.Nested(CellSchema), required=True)


class AlineaSchema(Schema):
    """A paragraph or a table."""

    alinea_id = told("Identifiant de l’alinéa")
    active = fields.Boolean(required=True, metadata={"description": "L’alinéa s’applique"})
    text = told("Texte, vide pour un tableau")
    table = fields.List(
        fields.Nested(RowSchema),
        required=True,
        allow_none=True,
        metadata={"description": "Lignes du tableau"},
    )


class SectionSchema(Schema):
    """A section with what an installation makes of it."""

    id = told("Identifiant de la section")
    title = told("Titre")
    reference = told("Numéro, par exemple « Article 2.1 »")
    name = told("Nom de l’article")
    topic = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Thème propre à la section", "enum": [*Topic.__members__, None]},
    )
    active = fields.Boolean(required=True, metadata={"description": "La section s’applique"})
    modified = fields.Boolean(required=True, metadata={"description": "Son texte est modifié pour ce site"})
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    alineas = fields.List(fields.Nested(AlineaSchema), required=True)
    sections = fields.List(fields.Nested("SectionSchema"), required=True)
    previous = fields.Nested(
        "SectionSchema", allow_none=True, metadata={"description": "Le texte d’avant la modification"}
    )


class AmSchema(AnswerSchema, AmItemSchema):
    """A ministerial order as it is published."""

    content_updated_at = fields.DateTime(
        required=True, metadata={"description": "Dernier changement du texte"}
    )
    sections = Prepared(SectionSchema(many=True), required=True)


class PersonalisedAmSchema(AmSchema):
    """A ministerial order as it reads for an installation."""

    s3ic_id = told("Identifiant S3IC")
    parameters = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "Ce que les classements disent au texte"},
    )
