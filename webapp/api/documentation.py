"""The page that explains the API, made from its description; nothing comes from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, current_app, render_template

from webapp.api.problems import PREFIX
from webapp.configuration import current_settings

EXTENSION = "api"

blueprint = Blueprint("api_documentation", __name__, template_folder="templates", url_prefix=PREFIX)


@dataclass(frozen=True)
class Description:
    """The description of the API, ready to be shown."""

    spec: Mapping[str, Any]

    @cached_property
    def subjects(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Return the operations by subject, each with its address."""
        by_tag: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in self.spec["tags"]}
        for path, operations in self.spec["paths"].items():
            shared = operations.get("parameters", [])
            operation = operations["get"]
            parameters = [*shared, *operation.get("parameters", [])]
            by_tag[operation["tags"][0]].append({**operation, "path": path, "parameters": parameters})
        names = {tag["name"]: tag["description"] for tag in self.spec["tags"]}
        return [(names[tag], found) for tag, found in by_tag.items() if found]

    @property
    def schemas(self) -> Mapping[str, Any]:
        """Return the forms of the answers."""
        schemas: Mapping[str, Any] = self.spec["components"]["schemas"]
        return schemas


@blueprint.get("/docs")
def show() -> str:
    """Explain the API: addresses, parameters, answers, errors."""
    return render_template(
        "api/documentation.html",
        description=current_app.extensions[EXTENSION],
        prefix=PREFIX,
        site=current_settings().site_url.rstrip("/"),
        type_of=type_of,
        answer_of=answer_of,
    )


def answer_of(operation: Mapping[str, Any]) -> str:
    """Return the name of the form that an operation answers with."""
    reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    return str(reference).rpartition("/")[2]


def type_of(schema: Mapping[str, Any]) -> tuple[str, str]:
    """Return the type of a property in words, and the form that it refers to, if any."""
    forms = list(_forms(schema))
    if schema.get("type") == "array":
        words, form = type_of(schema["items"])
        return f"liste ({words})", form
    if forms:
        return "objet", forms[0]
    kinds = schema.get("type", "valeur")
    names = [TYPES.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    return " ou ".join(names), ""


TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "booléen",
    "object": "objet",
    "null": "null",
}


def _forms(schema: Mapping[str, Any]) -> Iterator[str]:
    for each in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in each:
            yield each["$ref"].rpartition("/")[2]
