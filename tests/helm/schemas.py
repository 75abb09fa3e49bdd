"""JSON schemas as kubeconform wants them, a file a kind, from what Kubernetes and operators say of their resources.

Unknown members are refused in all of them: the server drops those without a word, so that a name with a letter
wrong changes nothing and nobody hears of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

_DEFINITIONS = "_definitions.json"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_TEXT_OR_NUMBER = {"oneOf": [{"type": "string"}, {"type": "number"}]}
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"


def of_kubernetes(swagger: dict[str, Any], to: Path) -> None:
    """Write the schemas of all kinds of Kubernetes itself.

    Args:
        swagger: its OpenAPI 2 description
        to: the folder
    """
    definitions = {}
    for name, definition in swagger["definitions"].items():
        strict = _strict(definition)
        kinds = definition.get("x-kubernetes-group-version-kind", [])
        if len(kinds) == 1 and "properties" in strict:
            group, version, kind = (kinds[0][part] for part in ("group", "version", "kind"))
            api = f"{group}/{version}" if group else version
            # Beside the definition, since a set's template of a volume claim is one without saying so.
            named = {"properties": {"apiVersion": {"const": api}, "kind": {"const": kind}}}
            whole = {"$ref": f"{_DEFINITIONS}#/definitions/{name}"}
            _write(to, kind, api, {"allOf": [whole, named], "required": ["apiVersion", "kind", "metadata"]})
        definitions[name] = strict
    definitions[_QUANTITY] = definitions[_INT_OR_STRING] = _TEXT_OR_NUMBER
    (to / _DEFINITIONS).write_text(json.dumps({"definitions": definitions}), encoding="utf-8")


def of_definition(text: str, to: Path) -> None:
    """Write the schemas of all versions of a custom resource.

    Args:
        text: a CustomResourceDefinition, in YAML
        to: the folder
    """
    spec = yaml.safe_load(text)["spec"]
    for version in spec["versions"]:
        schema = _strict(version["schema"]["openAPIV3Schema"])
        api, kind = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
        schema["properties"] |= {
            "apiVersion": {"const": api},
            "kind": {"const": kind},
            "metadata": {"$ref": f"{_DEFINITIONS}#/definitions/{_META}"},
        }
        schema["required"] = sorted({*schema.get("required", ()), "apiVersion", "kind", "metadata"})
        _write(to, kind, api, schema)


def file_name(kind: str, api: str) -> str:
    """What kubeconform looks for: the kind, the first part of its group, the version."""
    return "-".join([kind, *(part.partition(".")[0] for part in api.split("/"))]).lower() + ".json"


def _write(to: Path, kind: str, api: str, schema: dict[str, Any]) -> None:
    (to / file_name(kind, api)).write_text(json.dumps(schema), encoding="utf-8")


def _strict(node: Any) -> Any:
    """The same without Kubernetes' own words, and closed to members that nobody named."""
    if isinstance(node, list):
        return [_strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-kubernetes-int-or-string"):
        return _TEXT_OR_NUMBER
    made: dict[str, Any] = {}
    for name, value in node.items():
        if name == "properties":
            # Below it stand names of members, which may be called like a word of JSON Schema's.
            made[name] = {member: _strict(schema) for member, schema in value.items()}
        elif name == "$ref" and isinstance(value, str):
            made[name] = value.replace("#/definitions/", f"{_DEFINITIONS}#/definitions/")
        elif not name.startswith("x-") and name not in ("description", "format", "default", "nullable"):
            made[name] = _strict(value)
    open_ended = node.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in node
    if isinstance(node.get("properties"), dict) and not open_ended:
        made["additionalProperties"] = False
    return made
