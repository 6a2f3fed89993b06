/** The inspector of one factor: name, kind, child, scope and its numbers. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { factorNumbers } from "./factor_numbers.js";
import { namedChild, obstacle, scopeOf, valuesOf, withChild, withKind, withValues } from "./factor_values.js";
import { button, draggable, field, grip, icon, ICONS, moveButtons, moved, section, textInput } from "./parts.js";
import { createTableEditor } from "./table_editor.js";
import { tableLayout } from "./table_model.js";
import { KINDS } from "./templates.js";

/**
 * @param {object} store
 * @param {() => void} redraw
 * @returns {{draw: (state: object, factor: object) => Array, reset: () => void}}
 */
export function createFactorPanel(store, redraw) {
  let shown = { id: null, shape: "" };
  const edits = editsOf(store, () => store.state().drawing.factors.get(shown.id));
  const table = createTableEditor({ read: edits.readTable, write: edits.writeTable, redraw });
  return {
    draw({ drawing }, factor) {
      const shape = shapeOf(drawing, factor);
      if (shown.id !== factor.id || shown.shape !== shape) table.reset();
      shown = { id: factor.id, shape };
      const rename = (name) => edits.rename(factor, name);
      return [
        field("Name", textInput(factor.name, rename, { placeholder: visible(factor.id) })),
        kindSelect(drawing, factor, edits),
        childSelect(drawing, factor, edits),
        factorNumbers(drawing, factor, table, edits),
        scopeList(drawing, factor, edits),
      ];
    },
    reset: table.reset,
  };
}

/**
 * What can be done to the factor that is shown. Its numbers are changed as they are by then; its name and scope
 * by its id, as an input may be left because another factor is shown.
 */
function editsOf(store, current) {
  const drawing = () => store.state().drawing;
  const change = (factor, changes) => store.dispatch({
    type: "set_parameters", factor: factor.id, kind: factor.kind, child: namedChild(factor),
    parameters: factor.parameters, ...changes,
  });
  return {
    readTable: () => tableOf(drawing(), current()),
    writeTable: (values) => change(current(), withValues(drawing(), current(), values)),
    setParameters: (parameters) => change(current(), { parameters }),
    setKind: (kind) => change(current(), withKind(drawing(), current(), kind)),
    setChild: (child) => change(current(), withChild(drawing(), current(), child)),
    startOver: (factor) => change(factor, withKind(drawing(), { ...factor, parameters: null }, factor.kind)),
    setScope: (factor, scope) => store.dispatch({ type: "set_scope", factor: factor.id, scope }),
    disconnect: (factor, variable) => store.dispatch({ type: "disconnect", factor: factor.id, variable }),
    rename: (factor, name) => store.dispatch({ type: "rename", id: factor.id, name }),
    childAt: (place) => current().scope[place] ?? null,
    select: (id) => store.setUi({ selection: new Set([id]), focus: id }),
  };
}

function tableOf(drawing, factor) {
  const { axes, childAxis } = scopeOf(drawing, factor);
  return { layout: tableLayout(axes, childAxis), values: valuesOf(drawing, factor) };
}

/** Another shape means other cells: what was typed into the old ones is about nothing. */
function shapeOf(drawing, factor) {
  const sizes = factor.scope.map((id) => drawing.variables.get(id).states.length);
  return JSON.stringify([factor.scope, factor.child, sizes]);
}

function kindSelect(drawing, factor, edits) {
  const scope = scopeOf(drawing, factor);
  const options = KINDS.map((entry) => kindOption(factor, entry, scope));
  const onChange = ({ target }) => edits.setKind(target.value);
  const says = KINDS.find(({ kind }) => kind === factor.kind)?.says ?? "";
  return [
    field("Kind", h("select", { value: factor.kind, onChange }, options)),
    h("p", { class: "inspector-hint", key: "says" }, says),
  ];
}

function kindOption(factor, entry, scope) {
  const reason = factor.kind === entry.kind ? "" : obstacle(factor, entry, scope);
  return h("option", { key: entry.kind, value: entry.kind, disabled: reason !== "" },
    reason ? `${entry.label} — ${visible(reason)}` : entry.label);
}

function childSelect(drawing, factor, edits) {
  if (factor.kind === "prior" || factor.scope.length === 0 || !factor.parameters) return null;
  const place = factor.scope.indexOf(factor.child);
  const free = h("option", { value: "-1", key: "free" }, "no child: a free potential");
  const options = factor.scope.map((id, i) => (
    h("option", { value: String(i), key: id }, visible(label(drawing.variables.get(id))))
  ));
  const onChange = ({ target }) => edits.setChild(edits.childAt(Number(target.value)));
  return field("Child",
    h("select", { value: String(place), onChange }, factor.kind === "table" && free, options));
}

function scopeList(drawing, factor, edits) {
  return section("Variables", factor.scope.length === 0
    ? h("p", { class: "inspector-hint" }, "None yet. Drag from this factor to a variable.")
    : h("ul", { class: "list" }, factor.scope.map((id, i) => scopeRow(drawing, factor, id, i, edits))));
}

function scopeRow(drawing, factor, id, index, edits) {
  const name = visible(label(drawing.variables.get(id)));
  const reorder = (from, to) => edits.setScope(factor, moved(factor.scope, from, to));
  const drag = draggable("scope", index, reorder);
  return h("li", { key: id, class: "list-row", ...drag.row },
    grip(drag),
    h("button", { type: "button", class: "link", onClick: () => edits.select(id) }, name),
    h("span", { class: "list-role" }, factor.child === id ? "child" : ""),
    moveButtons(name, index, factor.scope.length, reorder),
    button(icon(ICONS.remove), () => edits.disconnect(factor, id), {
      label: `Disconnect ${name}`, kind: "quiet",
    }));
}
