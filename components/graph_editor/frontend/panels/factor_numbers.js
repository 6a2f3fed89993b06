/** The numbers of a factor in its inspector: a table, or the controls of its kind and the table it equals. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { scopeOf, valuesOf } from "./factor_values.js";
import { kindEditor } from "./kind_editor.js";
import { button, section } from "./parts.js";
import { tableLayout } from "./table_model.js";
import { fills } from "./templates.js";

/** Larger tables of structured kinds are not shown underneath; there is a sentence that says it better. */
const MAX_SHOWN = 256;

/**
 * @param {import("../drawing.js").Drawing} drawing
 * @param {object} factor
 * @param {{draw: Function}} table  the editor of `table_editor.js`
 * @param {object} edits  what can be done to the factor that is shown
 */
export function factorNumbers(drawing, factor, table, edits) {
  const title = factor.child === null ? "Values" : titleOf(drawing, factor);
  if (!factor.parameters) return section(title, h("p", { class: "inspector-hint" }, missingText(factor)));
  const scope = scopeOf(drawing, factor);
  const values = valuesOf(drawing, factor);
  const isTable = factor.kind === "table" || factor.kind === "prior";
  if (!isTable) {
    return section(title, kindEditor(factor.kind, scope, factor.parameters, edits.setParameters),
      equivalent(factor, scope, values, table, edits));
  }
  return section(title, values ? editable(scope, values, title, table, edits) : startOver(factor, edits));
}

function editable(scope, values, caption, table, edits) {
  const buttons = fills(scope).map(({ label: name, fill, misfit }) => (
    button(name, () => edits.writeTable(fill(Math.random)), { reason: visible(misfit) })
  ));
  return [
    table.draw(tableLayout(scope.axes, scope.childAxis), values, { caption }),
    h("div", { class: "button-row", key: "fills" }, h("span", {}, "Fill:"), buttons),
  ];
}

function equivalent(factor, { axes, childAxis }, values, table, edits) {
  if (!values || values.length > MAX_SHOWN) {
    return h("p", { class: "inspector-hint", key: "large" }, structuredText(factor));
  }
  const caption = "The table this factor equals";
  return [
    h("p", { class: "inspector-hint", key: "equal" }, "The table it equals:"),
    table.draw(tableLayout(axes, childAxis), values, { isReadOnly: true, caption }),
    button("Turn into a table", () => edits.setKind("table")),
  ];
}

function startOver(factor, edits) {
  return [
    h("p", { class: "inspector-refusal", key: "misfit" }, "The numbers do not fit these variables."),
    button("Start over with a uniform table", () => edits.startOver(factor)),
  ];
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
  const entries = factor.entries.toLocaleString("en");
  return `As a table this factor would have ${entries} entries; as a rule it needs none of them.`;
}
