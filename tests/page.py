"""``python -m tests.page RULE …``: the static laws of one rule's page, in a moment.

Never runs Keras; that is what ``python -m tests.oracle --rule RULE`` is for.
"""

from __future__ import annotations

import sys

from keras_lsp.rules import all_rules
from tests.support.engine import RealEngine
from tests.support.laws import LAWS


def main(names: list[str]) -> int:
    rules = all_rules()
    unknown = [name for name in names if name not in rules]
    if unknown or not names:
        print(f"usage: python -m tests.page RULE …   (unknown: {', '.join(unknown) or 'none'})")
        return 2
    failed = False
    for name in names:
        for title, law in LAWS.items():
            complaints = law(rules[name], RealEngine())
            failed = failed or bool(complaints)
            print(f"{'FAIL' if complaints else 'ok  '} {name}: {title}")
            for complaint in complaints:
                print("     " + complaint.replace("\n", "\n     "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
