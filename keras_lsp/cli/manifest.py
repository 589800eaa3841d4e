"""The parts of the VS Code extension's manifest that follow the rules.

Never decides what a setting is called or where it stands: the manifest itself does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from keras_lsp.config import EXTRA_RULES, groups
from keras_lsp.findings import Severity
from keras_lsp.rules import Rule

_SEVERITIES = {
    Severity.ERROR: "The program raises on every path that reaches the line.",
    Severity.WARNING: "It runs, and does not do what it says.",
    Severity.HINT: "It works, and there is a better way.",
}


def filled(text: str, rules: Iterable[Rule]) -> str:
    """The manifest with the names of the rules where its settings take them.

    Raises `KeyError` if the manifest lacks one of these settings.
    """
    manifest = json.loads(text)
    settings = manifest["contributes"]["configuration"]["properties"]
    ordered = sorted(rules, key=lambda rule: (rule.group, rule.name))
    named = _named(ordered)
    for key in ("select", "ignore"):
        settings[f"keras-lsp.{key}"]["items"] = named
    ignores = {"type": "array", "items": named, "uniqueItems": True}
    settings["keras-lsp.per-file-ignores"]["additionalProperties"] = ignores
    severity = settings["keras-lsp.severity"]
    severity["properties"] = {rule.name: _severity(rule) for rule in ordered}
    severity["additionalProperties"] = False
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _named(rules: Iterable[Rule]) -> dict[str, Any]:
    """What a list of rules may hold: all, groups of them, single ones."""
    summaries = {rule.name: rule.summary for rule in rules}
    told = {"ALL": "All rules"}
    told |= {
        group: f"The rules of the group {group}" for group in sorted(groups()) if group != "ALL"
    }
    told |= summaries
    told |= dict.fromkeys(EXTRA_RULES, "A comment that silences nothing")
    return {"type": "string", "enum": list(told), "enumDescriptions": list(told.values())}


def _severity(rule: Rule) -> dict[str, Any]:
    return {
        "type": "string",
        "enum": [severity.value for severity in _SEVERITIES],
        "enumDescriptions": list(_SEVERITIES.values()),
        "default": rule.severity.value,
        "description": rule.summary,
    }
