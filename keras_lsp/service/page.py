"""Pages: pictures of models in one HTML file that needs nothing else.

Never asks anybody.  A click on a layer follows its link; inside an editor's view it tells the
editor the line instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from keras_lsp.service.picture import DARK, LIGHT, RULES, Locate, drawn
from keras_lsp.service.summary import Summary
from keras_lsp.service.tables import problems_of

STYLE = f"""
:root{{{LIGHT};color-scheme:light}}
@media(prefers-color-scheme:dark){{:root{{{DARK};color-scheme:dark}}}}
:root.light,body.vscode-light{{{LIGHT};color-scheme:light}}
:root.dark,body.vscode-dark,body.vscode-high-contrast{{{DARK};color-scheme:dark}}
body{{margin:0;padding:0 1rem 1rem;background:var(--page);color:var(--text);
font:14px system-ui,sans-serif}}
header{{position:sticky;top:0;background:var(--page);padding:.6rem 0;z-index:1}}
h2{{display:inline;font-size:1rem;margin:0 .8rem 0 0}}
header span,p{{color:var(--dim)}}
p.wrong{{color:#d00000;fill:none;margin:.2rem 0;white-space:pre-wrap}}
@media(prefers-color-scheme:dark){{p.wrong{{color:#ff6b6b}}}}
body[class*=vscode] #theme{{display:none}}
body[class*=vscode] svg{{max-width:100%;height:auto}}
button{{float:right;margin-left:.4rem}}
.picture{{overflow:auto}}
.whole{{display:none}}.unfolded .whole{{display:block}}.unfolded .folded{{display:none}}
{RULES}
"""
SCRIPT = """
const root = document.documentElement;
document.getElementById("theme").onclick = () => {
  const dark = getComputedStyle(root).colorScheme.includes("dark");
  root.classList.toggle("light", dark);
  root.classList.toggle("dark", !dark);
};
const unfold = document.getElementById("unfold");
if (unfold) unfold.onclick = () => {
  const open = document.body.classList.toggle("unfolded");
  unfold.textContent = open ? "Fold repeated blocks" : "Unfold repeated blocks";
};
"""


def page(summaries: Sequence[Summary], locate: Locate = lambda place: None) -> str:
    """The text of an HTML file with a picture of each model."""
    sections: list[str] = []
    folds = False
    for summary in summaries:
        folded, whole = (drawn(summary, locate, fold, style="") for fold in (True, False))
        differs = folded != whole
        folds = folds or differs
        sections.append(_section(summary, folded, whole if differs else "", locate))
    title = ", ".join(summary.name or "a model" for summary in summaries) or "no model"
    unfold = '<button id="unfold">Unfold repeated blocks</button>' if folds else ""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f'<header><button id="theme">Dark or light</button>{unfold}'
            f"<h2>{escape(title)}</h2></header>",
            "<main>",
            *sections,
            "</main>",
            f"<script>{SCRIPT}</script></body></html>",
            "",
        ]
    )


def _section(summary: Summary, folded: str, whole: str, locate: Locate) -> str:
    where = locate(summary.place) if summary.place is not None else None
    place = f" · {escape(where.text)}" if where is not None else ""
    problems = "".join(
        f'<p class="wrong">{escape(f"{name}: {error}")}</p>' for name, error in problems_of(summary)
    )
    second = f'<div class="picture whole">{whole}</div>' if whole else ""
    classes = "picture folded" if whole else "picture"
    return (
        f"<section><h2>{escape(summary.name or 'a model')}</h2>"
        f"<span>{escape(' · '.join(summary.lines))}{place}</span>{problems}"
        f'<div class="{classes}">{folded}</div>{second}</section>'
    )
