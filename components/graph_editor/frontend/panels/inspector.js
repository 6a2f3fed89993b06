/** The right-hand panel about what is selected: the model, a variable, a factor, or several nodes. */

import { h, patch } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { createFactorPanel } from "./factor_panel.js";
import { button, field, icon, ICONS, section, textInput } from "./parts.js";
import { createVariablePanel } from "./variable_panel.js";

const ALIGNMENTS = [
  ["left", "Align left edges"], ["center", "Align centres"], ["top", "Align top edges"], ["middle", "Align middles"],
  ["columns", "Space evenly across"], ["rows", "Space evenly down"],
];

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 * @returns {{update: (state: object, previous: object) => void, destroy: () => void}}
 */
export function createInspector(store, host, actions) {
  const root = h("aside", { class: "inspector", "aria-label": "Inspector" });
  const variablePanel = createVariablePanel(store, redraw);
  const factorPanel = createFactorPanel(store, redraw);
  let shown = null;
  host.append(root);

  function redraw() {
    const state = store.state();
    const isOpen = state.ui.panel === "inspector";
    root.hidden = !isOpen;
    root.classList.toggle("wide", Boolean(state.ui.panelWide));
    if (!isOpen) return;
    const { title, key, body } = content(state);
    if (key !== shown) {
      variablePanel.reset();
      factorPanel.reset();
      root.scrollTop = 0;
    }
    shown = key;
    patch(root, head(state, title), h("div", { class: "inspector-body", key: `body ${key}` }, body));
  }

  function head(state, title) {
    const isWide = Boolean(state.ui.panelWide);
    return h("header", { class: "inspector-head", key: "head" }, h("h2", {}, title),
      button(isWide ? "Narrow" : "Widen", () => store.setUi({ panelWide: !isWide }),
        { key: "wide", label: isWide ? "Make the panel narrow" : "Make the panel wide", pressed: isWide, kind: "quiet" }));
  }

  function content(state) {
    const { drawing, ui } = state;
    const [id, ...more] = [...ui.selection].filter((node) => drawing.variables.has(node) || drawing.factors.has(node));
    if (more.length > 0) return { title: `${more.length + 1} selected`, key: "several", body: several() };
    const variable = drawing.variables.get(id);
    const factor = drawing.factors.get(id);
    const problems = problemList(store, state, id);
    if (variable) return { title: "Variable", key: `v ${id}`, body: [problems, variablePanel.draw(state, variable)] };
    if (factor) return { title: "Factor", key: `f ${id}`, body: [problems, factorPanel.draw(state, factor)] };
    return { title: "Model", key: "model", body: [model(store, drawing), problemList(store, state, null), hints()] };
  }

  function several() {
    return [
      section("Align", h("div", { class: "button-row" }, ALIGNMENTS.map(([how, says]) =>
        button(icon(ICONS[how]), () => actions.align(how), { label: says })))),
      h("div", { class: "button-row", key: "edit" },
        button("Duplicate", () => actions.duplicate()),
        button("Delete", () => actions.deleteSelection(), { kind: "danger" })),
    ];
  }

  redraw();
  return {
    update(state, previous) {
      const names = ["panel", "panelWide", "selection"];
      const isSame = previous && state.drawing === previous.drawing && state.sections === previous.sections
        && names.every((name) => state.ui[name] === previous.ui[name]);
      if (!isSame) redraw();
    },
    destroy: () => root.remove(),
  };
}

function model(store, drawing) {
  return [
    field("Name", textInput(drawing.name, (name) => store.dispatch({ type: "rename_model", name }), { placeholder: "Untitled" })),
    h("p", { class: "inspector-counts", key: "counts" },
      [count(drawing.variables.size, "variable"), count(drawing.factors.size, "factor"), `${drawing.observed.size} observed`].join(" · ")),
  ];
}

/**
 * The problems of the drawing (`only` null) or of one node; each leads to where it is.
 */
function problemList(store, { sections, drawing }, only) {
  const found = (sections.problems ?? []).filter(({ where }) => only === null || where === only);
  if (found.length === 0) return null;
  const nodeOf = (id) => drawing.variables.get(id) ?? drawing.factors.get(id);
  const select = (id) => store.setUi({ selection: new Set([id]), focus: id });
  return h("section", { class: "inspector-section inspector-problems", key: "problems" },
    h("h3", {}, found.length === 1 ? "A problem" : `${found.length} problems`),
    h("ul", {}, found.map(({ where, what, remedy }, i) => h("li", { key: i },
      only === null && nodeOf(where)
        ? h("button", { type: "button", class: "link", onClick: () => select(where) }, visible(label(nodeOf(where)))) : null,
      h("p", {}, visible(what)), h("p", { class: "inspector-hint" }, visible(remedy))))));
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
