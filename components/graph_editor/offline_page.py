"""A page that shows a drawing without a server, without a network, and without obeying anything in its labels.

pyvis draws it. What pyvis leaves open is closed here: its template loads a style sheet and a script from a content
network, it writes headings unescaped, and it turns tooltips into HTML. So there are no headings and no tooltips,
ids are numbers, the tags that load are taken out, and a content security policy forbids any that is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from mbml_core.document import Document
from mbml_core.editing import child_of
from mbml_core.model import FactorGraph, Variable
from mbml_core.wording import observation_text, shortened, visible

if TYPE_CHECKING:
    from pyvis.network import Network

_MOST_COLUMNS = 18
"""Of a label on the canvas: its ellipse is then about as wide as a card of the editor."""

_MOST_STATES = 8

_LOADS = re.compile(r"<link\b[^>]*>|<script\b[^>]*\bsrc\s*=[^>]*>\s*</script>", re.IGNORECASE)
"""Tags that would fetch something; none of them is needed."""

_SKELETON = re.compile(
    r'<html>\s*<head>\s*<meta charset="utf-8">(?P<head>.*</head>\s*<body>)'
    r"(?P<body>.*)(?P<end></body>\s*</html>\s*)",
    re.DOTALL,
)

_NEW_HEAD = """<!DOCTYPE html>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; \
style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width">
        <title>{title}</title>
        <style>
            body {{ margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #17202e; }}
            header, section {{ padding: .5rem 1rem; clear: both; }}
            h1 {{ font-size: 1.3rem; margin: 0; }} p {{ margin: 0; }}
            center {{ display: none; }}
            #mynetwork.card-body {{ border-width: 1px 0; }}
            th, td {{ text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; }}
            td, p, h1 {{ overflow-wrap: anywhere; }}
        </style>"""

_OPTIONS: Mapping[str, Any] = {
    "physics": {"enabled": False},
    "interaction": {"dragNodes": False, "keyboard": {"enabled": True, "bindToWindow": False}},
    "nodes": {"borderWidth": 2, "font": {"size": 14, "face": "system-ui, sans-serif", "multi": False}},
    "edges": {"smooth": False, "color": {"color": "#6b7686", "inherit": False}},
}

_BLANK = {"background": "#ffffff", "border": "#2563eb"}
_OBSERVED = {"background": "#ffd8a8", "border": "#c2570c"}
_FACTOR = {"background": "#4b5563", "border": "#17202e"}


def offline_page(document: Document) -> str:
    """The drawing as one HTML file; every node needs a position. Observed variables are shaded."""
    graph = document.graph
    page = _LOADS.sub("", _drawn(document).generate_html())
    title = escape(visible(graph.name) or "Factor graph")
    parts = _SKELETON.fullmatch(page)
    if parts is None:  # an unknown template may need another policy, or load something in another way
        raise RuntimeError("this version of pyvis makes pages of another form")
    head = _NEW_HEAD.format(title=title)
    return f"{head}{parts['head']}{_header(graph, title)}{parts['body']}{_listing(graph)}{parts['end']}"


def _drawn(document: Document) -> Network:
    from pyvis.network import Network  # brings IPython, which nothing else needs

    network = Network(height="75vh", width="100%", directed=True, cdn_resources="in_line")
    network.options = dict(_OPTIONS)
    graph = document.graph
    number = {id: i for i, id in enumerate([*graph.variable_index, *(factor.id for factor in graph.factors)])}
    for variable in graph.variables:
        color = _OBSERVED if variable.id in graph.evidence else _BLANK
        x, y = document.layout[variable.id]
        network.add_node(number[variable.id], _label(variable, graph), "ellipse", color, x=x, y=y)
    for factor in graph.factors:
        x, y = document.layout[factor.id]
        network.add_node(number[factor.id], " ", "square", _FACTOR, x=x, y=y, size=12)
        for id in factor.scope:
            ends = (factor.id, id) if id == child_of(factor) else (id, factor.id)
            network.add_edge(*map(number.__getitem__, ends), arrows="to" if ends[0] == factor.id else "")
    return network


def _label(variable: Variable, graph: FactorGraph) -> str:
    """Drawn as text on the canvas, on two lines."""
    seen = graph.evidence.get(variable.id)
    second = observation_text(seen) if seen is not None else _states(variable)
    return f"{shortened(variable.label, _MOST_COLUMNS)}\n{shortened(second, _MOST_COLUMNS)}"


def _states(variable: Variable) -> str:
    more = ["…"] if variable.size > _MOST_STATES else []
    return ", ".join([*map(visible, variable.states[:_MOST_STATES]), *more])


def _header(graph: FactorGraph, title: str) -> str:
    seen = [f"{visible(graph.variable(id).label)} {observation_text(o)}" for id, o in graph.evidence.items()]
    observed = f"<p>Observed: {escape('; '.join(seen))}</p>" if seen else ""
    return f"\n<header><h1>{title}</h1>{observed}</header>"


def _listing(graph: FactorGraph) -> str:
    """The variables as a table: for readers who cannot see the canvas, and for labels too long for it."""
    rows = "".join(
        f"<tr><td>{escape(visible(v.label))}</td><td>{escape(', '.join(map(visible, v.states)))}</td></tr>\n"
        for v in graph.variables
    )
    return f"<section><table>\n<tr><th>Variable</th><th>States</th></tr>\n{rows}</table></section>\n"
