"""``keras-lsp explain``: a rule's page, or the list of all rules.

Never checks anything.
"""

from __future__ import annotations

import difflib
import json
import sys

from keras_lsp.checking import rule_url
from keras_lsp.pages import Page
from keras_lsp.rules import Rule, all_rules


def run(name: str | None, output_format: str) -> int:
    rules = all_rules()
    if name is None:
        chosen = list(rules.values())
        if output_format == "json":
            print(json.dumps([_as_json(r) for r in chosen], indent=2))
        else:
            width = max(map(len, rules), default=0)
            for rule in chosen:
                print(f"{rule.name:<{width}}  {rule.severity.value:<7}  {rule.summary}")
        return 0
    found = rules.get(name)
    if found is None:
        close = difflib.get_close_matches(name, list(rules), 1)
        hint = f"; did you mean `{close[0]}`?" if close else ""
        print(f"error: unknown rule `{name}`{hint}", file=sys.stderr)
        return 2
    if output_format == "json":
        print(json.dumps(_as_json(found), indent=2))
    else:
        print(f"# {found.name} ({found.severity.value}, {found.group})\n")
        print(Page.read(found.page).for_reader())
    return 0


def _as_json(rule: Rule) -> dict[str, str]:
    return {
        "name": rule.name,
        "group": rule.group,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "explanation": Page.read(rule.page).for_reader(),
        "url": rule_url(rule.name),
    }
