"""The style sheet of the HTML forest plot, to be placed once in a page that shows any number.

Colours are custom properties, so that a page can change them. Text, lines and outlines take the
page's own text colour; fills have a light and a dark value, of which the browser takes the one
that fits the page's `color-scheme`.
"""

from __future__ import annotations

from ketameta.figures.forest.style import STYLES, ForestStyle
from ketameta.notation.risk_of_bias import LEVEL_MARKS

_PAGE = "var(--km-background,Canvas)"
_DARK_FILLS = {
    "square": "#56b4e9",
    "overall": "#e6e6e6",
    "subtotal": "#8c8c8c",
    "sensitivity": _PAGE,
    "prediction": "#7a5a1e",
}


def _fills(style: ForestStyle) -> str:
    light = {name: getattr(style.colours, name) for name in _DARK_FILLS}
    light["sensitivity"] = _PAGE
    plain = "".join(f"--km-{name}:{colour};" for name, colour in light.items())
    both = "".join(
        f"--km-{name}:light-dark({colour},{_DARK_FILLS[name]});" for name, colour in light.items()
    )
    selector = f".km-forest-{style.name}"
    return f"{selector}{{{plain}}}\n@supports (color:light-dark(red,red)){{{selector}{{{both}}}}}\n"


_BASE = """
.km-forest{margin:1.5rem 0;font-size:.875rem;line-height:1.35;font-variant-numeric:tabular-nums;
container-type:inline-size;--km-muted:color-mix(in srgb,currentColor 72%,transparent)}
.km-forest-scroll{position:relative;overflow-x:auto}
.km-forest-scroll:focus-visible{outline:2px solid currentColor;outline-offset:2px}
.km-forest table{border-collapse:collapse;width:100%;margin:0;border-top:2px solid currentColor}
.km-forest caption{text-align:left;padding:0 0 .6rem}
.km-forest-title{display:block;font-weight:700;font-size:1.0625rem}
.km-forest-alt{display:block;color:var(--km-muted)}
.km-forest th,.km-forest td{padding:.2rem .4rem;text-align:left;vertical-align:middle;
font-weight:400;white-space:nowrap;border:0;background:none}
.km-forest tbody th,.km-forest thead tr:first-child th:first-child{padding-left:0}
.km-forest thead th{font-weight:700;vertical-align:bottom}
.km-forest thead tr:first-child th{padding-top:.4rem}
.km-forest thead tr:last-child th,.km-forest thead th[rowspan]{
border-bottom:1px solid currentColor}
.km-forest thead .km-group{text-align:center;padding-bottom:0}
.km-forest thead .km-sub{font-weight:400;padding-top:0}
.km-forest thead .km-plot-title{position:absolute;width:1px;height:1px;overflow:hidden;
clip-path:inset(50%)}
.km-forest th[scope=row],.km-forest th[scope=rowgroup]{white-space:normal;min-width:8rem;
overflow-wrap:anywhere}
.km-forest .km-whole{display:inline-block;white-space:nowrap}
.km-forest .km-sub{font-weight:400}
.km-forest .km-right{text-align:right}
.km-forest .km-center{text-align:center}
.km-forest tbody .km-indent{padding-left:1rem}
.km-forest .km-heading th,.km-forest .km-overall th{font-weight:700}
.km-forest .km-heading>*{padding-top:.9rem}
.km-forest .km-overall>*{border-top:1px solid color-mix(in srgb,currentColor 30%,transparent)}
.km-forest tbody .km-overall>*{padding-top:.4rem}
.km-forest .km-note th{color:var(--km-muted);font-size:.8125rem}
.km-forest .km-pieces{white-space:pre}
.km-forest [data-before]::before,.km-forest [data-after]::after{visibility:hidden}
.km-forest [data-before]::before{content:attr(data-before)}
.km-forest [data-after]::after{content:attr(data-after)}
.km-forest abbr{text-decoration:none;font-size:.75rem;margin-right:.35em;cursor:help}
.km-forest .km-serious{font-weight:700}
.km-forest .km-info{color:var(--km-muted)}
.km-disc{display:inline-block;box-sizing:border-box;width:1.35em;height:1.35em;
line-height:calc(1.35em - 2px);border:1px solid;border-radius:50%;text-align:center;
font-weight:700;print-color-adjust:exact}
.km-forest .km-plot{position:relative;width:100%;min-width:15rem;
padding:0 .9rem;box-sizing:border-box}
.km-forest .km-plot svg.km-glyph{position:absolute;top:0;left:.9rem;width:calc(100% - 1.8rem);
height:100%;overflow:visible}
.km-forest .km-axis .km-plot{height:4.6rem}
.km-forest svg{color:inherit}
.km-forest svg text{fill:currentColor;font-size:.75rem}
.km-forest svg .km-axis-title{opacity:.8}
.km-forest .km-line{stroke:currentColor;stroke-width:1.4}
.km-forest .km-inside{stroke:#fff;stroke-width:1.4}
.km-forest .km-null{stroke:currentColor;stroke-width:1;shape-rendering:crispEdges}
.km-forest .km-pooled{stroke:currentColor;stroke-width:1;stroke-dasharray:3 3;opacity:.5}
.km-forest .km-outline{stroke:currentColor;stroke-width:1;vector-effect:non-scaling-stroke}
.km-forest .km-square{fill:var(--km-square)}
.km-forest .km-hollow{fill:var(--km-background,Canvas)}
.km-forest .km-diamond-overall{fill:var(--km-overall)}
.km-forest .km-diamond-subtotal{fill:var(--km-subtotal)}
.km-forest .km-diamond-sensitivity{fill:var(--km-sensitivity)}
.km-forest .km-bar{fill:var(--km-prediction)}
.km-forest .km-arrow{fill:currentColor}
.km-forest-notes{list-style:none;margin:.6rem 0 0;padding:0;font-size:.8125rem;
color:var(--km-muted)}
.km-forest-notes li{margin:.15rem 0;overflow-wrap:anywhere}
@container (max-width:54rem){
.km-forest table,.km-forest tbody,.km-forest tfoot,.km-forest caption{display:block}
.km-forest thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.km-forest tbody tr,.km-forest tfoot tr{display:flex;flex-wrap:wrap;align-items:baseline;
column-gap:.9rem;padding:.35rem 0 .1rem}
.km-forest tbody td,.km-forest tbody th{padding:0}
.km-forest tbody .km-indent{padding-left:0}
.km-forest th[scope=row],.km-forest th[scope=rowgroup]{flex:1 1 40%;min-width:0}
.km-forest td:empty{display:none}
.km-forest caption{padding-top:.4rem}
.km-forest .km-effect{order:1;margin-left:auto}
.km-forest .km-plot{order:2;flex:0 0 100%;width:100%;min-width:0;height:1.7rem}
.km-forest .km-plot svg.km-glyph{left:1.5rem;width:calc(100% - 3rem)}
.km-forest .km-whole{white-space:normal}
.km-forest .km-heading .km-plot,.km-forest .km-note .km-plot{display:none}
.km-forest .km-heading{padding-top:1rem;border-bottom:1px solid currentColor}
.km-forest .km-heading>*{padding-top:0}
.km-forest .km-overall{border-top:1px solid currentColor}
.km-forest .km-overall>*{border-top:0}
.km-forest .km-detail{order:3;font-size:.8125rem;color:var(--km-muted);white-space:normal}
.km-forest .km-detail .km-info{color:inherit}
.km-forest .km-detail::before{content:attr(data-label) " "}
.km-forest .km-pieces [data-before]::before,.km-forest .km-pieces [data-after]::after{content:none}
}
@media print{.km-forest{break-inside:auto}.km-forest tr{break-inside:avoid}
.km-forest-scroll{overflow:visible}}
@media (forced-colors:active){.km-forest .km-square,.km-forest .km-diamond-overall{
fill:CanvasText}.km-forest .km-inside{stroke:Canvas}}
"""

_DISCS = "".join(
    f".km-disc-{mark.kind}{{background:{mark.fill};color:{mark.ink}}}\n"
    for mark in dict.fromkeys(LEVEL_MARKS.values())
)

FOREST_CSS = _BASE.lstrip() + _DISCS + "".join(_fills(style) for style in STYLES.values())
"""Style sheet for `forest_html`; without it the table is plain but complete."""
