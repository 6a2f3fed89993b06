/** The inspector of one factor: name, kind, child, scope and its numbers. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { kindEditor } from "./kind_editor.js";
import { button, draggable, field, icon, ICONS, moved, section, textInput } from "./parts.js";
import { createTableEditor } from "./table_editor.js";
import { flat, mapRows, nested, normalised, tableLayout } from "./table_model.js";
import { fills, KINDS, MAX_WRITTEN, misfit, movedStrengths, startParameters } from "./templates.js";
import { truthTable } from "./truth_table.js";

/** Larger tables of structured kinds are not shown underneath; there is a sentence that says it better. */
const MAX_SHOWN = 256;

/**
 * @param {object} store
 * @param {() => void} redraw
 */
export function createFactorPanel(store, redraw) {
  let shownId = null;
  let shownShape = "";
  const table = createTableEditor({ read: readTable, write: writeTable, redraw });

  const current = () => store.state().drawing.factors.get(shownId);
  const dispatch = (factor, changes) => store.dispatch({
    type: "set_parameters", factor: factor.id, kind: factor.kind, child: namedChild(factor), parameters: factor.parameters, ...changes,
  });

  function readTable() {
    const { drawing } = store.state();
    const factor = current();
    const { axes, childAxis } = scopeOf(drawing, factor);
    return { layout: tableLayout(axes, childAxis), values: valuesOf(drawing, factor) };
  }

  function writeTable(values) {
    const factor = current();
    const { layout } = readTable();
    const parameters = factor.kind === "prior" ? { probabilities: values } : { values: nested(values, layout.sizes) };
    dispatch(factor, { parameters });
  }

  function setKind(factor, kind) {
    const { drawing } = store.state();
    const scope = scopeOf(drawing, factor);
    const child = kind === "prior" ? null : childFor(kind, factor);
    const parameters = startParameters(kind, scope, valuesOf(drawing, factor), factor.parameters);
    dispatch(factor, { kind, child, parameters });
  }

  function setChild(factor, child) {
    const { drawing } = store.state();
    if (factor.kind !== "table") {
      const strengths = factor.parameters.probabilities;
      const parameters = strengths
        ? { ...factor.parameters, probabilities: movedStrengths(factor.scope, factor.child, child, strengths) } : factor.parameters;
      dispatch(factor, { child, parameters });
      return;
    }
    const { axes } = scopeOf(drawing, factor);
    const layout = tableLayout(axes, child === null ? null : factor.scope.indexOf(child));
    const values = valuesOf(drawing, factor);
    const next = child === null ? values : mapRows(layout, values, normalised);
    dispatch(factor, { child, parameters: { values: nested(next, layout.sizes) } });
  }

  function kindSelect(drawing, factor) {
    const scope = scopeOf(drawing, factor);
    const options = KINDS.map((entry) => {
      const reason = factor.kind === entry.kind ? "" : obstacle(factor, entry, scope);
      return h("option", { key: entry.kind, value: entry.kind, disabled: reason !== "" },
        reason ? `${entry.label} — ${visible(reason)}` : entry.label);
    });
    const entry = KINDS.find(({ kind }) => kind === factor.kind);
    return [
      field("Kind", h("select", { value: factor.kind, onChange: ({ target }) => setKind(current(), target.value) }, options)),
      h("p", { class: "inspector-hint", key: "says" }, entry?.says ?? ""),
    ];
  }

  function childSelect(drawing, factor) {
    if (factor.kind === "prior" || factor.scope.length === 0 || !factor.parameters) return null;
    const place = factor.scope.indexOf(factor.child);
    const free = factor.kind === "table" ? [h("option", { value: "-1", key: "free" }, "no child: a free potential")] : [];
    const options = factor.scope.map((id, i) => h("option", { value: String(i), key: id }, visible(label(drawing.variables.get(id)))));
    const change = ({ target }) => setChild(current(), current().scope[Number(target.value)] ?? null);
    return field("Child", h("select", { value: String(place), onChange: change }, free, options));
  }

  function scopeRow(drawing, factor, id, index) {
    const name = visible(label(drawing.variables.get(id)));
    const reorder = (from, to) => store.dispatch({ type: "set_scope", factor: factor.id, scope: moved(factor.scope, from, to) });
    const drag = draggable("scope", index, reorder);
    const last = factor.scope.length - 1;
    return h("li", { key: id, class: "list-row", ...drag.row },
      h("span", { class: "list-grip", title: "Drag to reorder", ...drag.handle }, icon(ICONS.grip)),
      h("button", { type: "button", class: "link", onClick: () => store.setUi({ selection: new Set([id]), focus: id }) }, name),
      h("span", { class: "list-role" }, factor.child === id ? "child" : ""),
      button(icon(ICONS.up), () => reorder(index, index - 1), { label: `Move ${name} up`, kind: "quiet", reason: index > 0 ? "" : "It is the first" }),
      button(icon(ICONS.down), () => reorder(index, index + 1), { label: `Move ${name} down`, kind: "quiet", reason: index < last ? "" : "It is the last" }),
      button(icon(ICONS.remove), () => store.dispatch({ type: "disconnect", factor: factor.id, variable: id }), { label: `Disconnect ${name}`, kind: "quiet" }));
  }

  function scopeList(drawing, factor) {
    return section("Variables", factor.scope.length === 0
      ? h("p", { class: "inspector-hint" }, "None yet. Drag from this factor to a variable.")
      : h("ul", { class: "list" }, factor.scope.map((id, i) => scopeRow(drawing, factor, id, i))));
  }

  function numbers(drawing, factor) {
    const title = factor.child === null ? "Values" : titleOf(drawing, factor);
    if (!factor.parameters) return section(title, h("p", { class: "inspector-hint" }, missingText(factor)));
    const { axes, childAxis } = scopeOf(drawing, factor);
    const values = valuesOf(drawing, factor);
    const isTable = factor.kind === "table" || factor.kind === "prior";
    if (isTable) return section(title, values ? editable(axes, childAxis, values, title) : startOver(factor));
    const write = (parameters) => dispatch(current(), { parameters });
    return section(title, kindEditor(factor.kind, { axes, childAxis }, factor.parameters, write),
      values ? equivalent(factor, axes, childAxis, values) : h("p", { class: "inspector-hint", key: "large" }, structuredText(factor)));
  }

  function editable(axes, childAxis, values, caption) {
    const scope = { axes, childAxis };
    const buttons = fills(scope).map((fill) => button(fill.label, () => writeTable(fill.fill(Math.random)), { reason: visible(fill.misfit) }));
    return [
      table.draw(tableLayout(axes, childAxis), values, { caption }),
      h("div", { class: "button-row", key: "fills" }, h("span", {}, "Fill:"), buttons),
    ];
  }

  function equivalent(factor, axes, childAxis, values) {
    if (values.length > MAX_SHOWN) return h("p", { class: "inspector-hint", key: "large" }, structuredText(factor));
    const layout = tableLayout(axes, childAxis);
    return [
      h("p", { class: "inspector-hint", key: "equal" }, "The table it equals:"),
      table.draw(layout, values, { isReadOnly: true, caption: "The table this factor equals" }),
      button("Turn into a table", () => setKind(current(), "table")),
    ];
  }

  function startOver(factor) {
    return [
      h("p", { class: "inspector-refusal", key: "misfit" }, "The numbers do not fit these variables."),
      button("Start over with a uniform table", () => setKind({ ...factor, parameters: null }, factor.kind)),
    ];
  }

  function draw(state, factor) {
    const { drawing } = state;
    const shape = JSON.stringify([factor.scope, factor.child, factor.scope.map((id) => drawing.variables.get(id).states.length)]);
    if (shownId !== factor.id || shownShape !== shape) table.reset();
    shownId = factor.id;
    shownShape = shape;
    const rename = (name) => store.dispatch({ type: "rename", id: factor.id, name });
    return [
      field("Name", textInput(factor.name, rename, { placeholder: visible(factor.id) })),
      kindSelect(drawing, factor),
      childSelect(drawing, factor),
      numbers(drawing, factor),
      scopeList(drawing, factor),
    ];
  }

  return { draw, reset: table.reset };
}

function scopeOf(drawing, factor) {
  const axes = factor.scope.map((id) => ({ id, label: label(drawing.variables.get(id)), states: drawing.variables.get(id).states }));
  return { axes, childAxis: factor.child === null ? null : factor.scope.indexOf(factor.child) };
}

/** The table a factor is or equals, flat; null where its numbers do not fit, or are too many. */
function valuesOf(drawing, factor) {
  if (!factor.parameters || factor.entries > MAX_WRITTEN) return null;
  const { axes, childAxis } = scopeOf(drawing, factor);
  const count = axes.reduce((size, axis) => size * axis.states.length, 1);
  const values = writtenOut(factor, axes, childAxis);
  const fits = values?.length === count && values.every((value) => Number.isFinite(value));
  return fits ? values : null;
}

function writtenOut(factor, axes, childAxis) {
  if (factor.kind === "table") return flat(factor.parameters.values);
  if (factor.kind === "prior") return factor.parameters.probabilities ?? null;
  const entry = KINDS.find(({ kind }) => kind === factor.kind);
  const isSound = entry && childAxis !== null && misfit(entry, { axes, childAxis }) === "";
  return isSound ? truthTable(factor.kind, axes, childAxis, factor.parameters) : null;
}

/** Why a factor cannot become another kind. */
function obstacle(factor, entry, scope) {
  const isTooLarge = entry.kind === "table" && factor.entries > MAX_WRITTEN;
  return isTooLarge ? `${factor.entries.toLocaleString("en")} entries are too many` : misfit(entry, scope);
}

/** A prior names no child: it has only one variable. */
function namedChild(factor) {
  return factor.kind === "prior" ? null : factor.child;
}

function childFor(kind, factor) {
  return kind === "table" ? factor.child : factor.child ?? factor.scope.at(-1);
}

function titleOf(drawing, factor) {
  const name = (id) => visible(label(drawing.variables.get(id)));
  const parents = factor.scope.filter((id) => id !== factor.child).map(name);
  return parents.length > 0 ? `P(${name(factor.child)} | ${parents.join(", ")})` : `P(${name(factor.child)})`;
}

function missingText(factor) {
  if (factor.pending) return "The table follows in a moment.";
  return `This table has ${factor.entries.toLocaleString("en")} entries; too large to edit here.`;
}

function structuredText(factor) {
  return `As a table this factor would have ${factor.entries.toLocaleString("en")} entries; as a rule it needs none of them.`;
}
