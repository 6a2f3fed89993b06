/** The right-hand panel about what is selected: the model, a variable, a factor, or several nodes. */

import { h, patch } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { createFactorPanel } from "./factor_panel.js";
import { button, field, icon, ICONS, section, textInput } from "./parts.js";
import { createVariablePanel } from "./variable_panel.js";

const ALIGNMENTS = [
  ["left", "Align left edges"], ["center", "Align centres"], ["top", "Align top edges"],
  ["middle", "Align middles"], ["columns", "Space evenly across"], ["rows", "Space evenly down"],
];

/** What of the page, besides the drawing and what is known of it, the inspector shows. */
const SHOWN = ["panel", "panelWide", "selection"];

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 * @returns {{update: (state: object, previous: object) => void, destroy: () => void}}
 */
export function createInspector(store, host, actions) {
  const root = h("aside", { class: "inspector", "aria-label": "Inspector" });
  const panels = { variable: createVariablePanel(store, redraw), factor: createFactorPanel(store, redraw) };
  let shown = null;
  host.append(root);

  function redraw() {
    const state = store.state();
    root.hidden = state.ui.panel !== "inspector";
    root.classList.toggle("wide", Boolean(state.ui.panelWide));
    if (root.hidden) return;
    const { title, key, body } = content(state, panels, store, actions);
    if (key !== shown) startAnew(root, panels);
    shown = key;
    patch(root, head(state, title, store), h("div", { class: "inspector-body", key: `body ${key}` }, body()));
  }

  redraw();
  return {
    update(state, previous) {
      if (!previous || isChanged(state, previous)) redraw();
    },
    destroy: () => root.remove(),
  };
}

function isChanged(state, previous) {
  return state.drawing !== previous.drawing || state.sections !== previous.sections
    || SHOWN.some((name) => state.ui[name] !== previous.ui[name]);
}

/** Something else is shown: nothing of what was typed or said is about it. */
function startAnew(root, panels) {
  panels.variable.reset();
  panels.factor.reset();
  root.scrollTop = 0;
}

function head({ ui }, title, store) {
  const isWide = Boolean(ui.panelWide);
  return h("header", { class: "inspector-head", key: "head" },
    h("h2", {}, title),
    button(isWide ? "Narrow" : "Widen", () => store.setUi({ panelWide: !isWide }), {
      key: "wide", label: isWide ? "Make the panel narrow" : "Make the panel wide", pressed: isWide, kind: "quiet",
    }));
}

/** What to show: its title, a key for it alone, and its elements once they are wanted. */
function content(state, panels, store, actions) {
  const { drawing, ui } = state;
  const [id, ...more] = [...ui.selection].filter((node) => nodeOf(drawing, node));
  if (more.length > 0) {
    return { title: `${more.length + 1} selected`, key: "several", body: () => several(actions) };
  }
  const variable = drawing.variables.get(id);
  const factor = drawing.factors.get(id);
  const about = (node, panel) => () => [problemList(store, state, id), panel.draw(state, node)];
  if (variable) return { title: "Variable", key: `v ${id}`, body: about(variable, panels.variable) };
  if (factor) return { title: "Factor", key: `f ${id}`, body: about(factor, panels.factor) };
  const body = () => [model(store, drawing), problemList(store, state, null), hints()];
  return { title: "Model", key: "model", body };
}

function nodeOf(drawing, id) {
  return drawing.variables.get(id) ?? drawing.factors.get(id);
}

function several(actions) {
  const align = ALIGNMENTS.map(([how, says]) => (
    button(icon(ICONS[how]), () => actions.align(how), { label: says })
  ));
  return [
    section("Align", h("div", { class: "button-row" }, align)),
    h("div", { class: "button-row", key: "edit" },
      button("Duplicate", () => actions.duplicate()),
      button("Delete", () => actions.deleteSelection(), { kind: "danger" })),
  ];
}

function model(store, drawing) {
  const rename = (name) => store.dispatch({ type: "rename_model", name });
  const counts = [
    count(drawing.variables.size, "variable"), count(drawing.factors.size, "factor"),
    `${drawing.observed.size} observed`,
  ];
  return [
    field("Name", textInput(drawing.name, rename, { placeholder: "Untitled" })),
    h("p", { class: "inspector-counts", key: "counts" }, counts.join(" · ")),
  ];
}

/** The problems of the drawing (`only` null), each leading to where it is, or those of one node. */
function problemList(store, { sections, drawing }, only) {
  const found = (sections.problems ?? []).filter(({ where }) => only === null || where === only);
  if (found.length === 0) return null;
  const title = found.length === 1 ? "A problem" : `${found.length} problems`;
  const items = found.map(({ where, what, remedy }, i) => h("li", { key: i },
    only === null && problemLink(store, drawing, where),
    h("p", {}, visible(what)), h("p", { class: "inspector-hint" }, visible(remedy))));
  return h("section", { class: "inspector-section inspector-problems", key: "problems" },
    h("h3", {}, title), h("ul", {}, items));
}

function problemLink(store, drawing, id) {
  const node = nodeOf(drawing, id);
  if (!node) return null;
  const select = () => store.setUi({ selection: new Set([id]), focus: id });
  return h("button", { type: "button", class: "link", onClick: select }, visible(label(node)));
}

function hints() {
  return section("How to draw", h("ul", { class: "hints" },
    h("li", {}, "Double-click the canvas to add a variable."),
    h("li", {}, "Drag from the edge of one variable to another: the first becomes a parent of the second."),
    h("li", {}, "Click a state to observe it; click it again to take that back."),
    h("li", {}, "Select a factor to edit its table here. Press ? for all keys.")));
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
