/** How the table of a factor is drawn: its head, its labels, its cells, and notes under rows that need some. */

import { h } from "../dom.js";
import { visible } from "../text.js";
import { button } from "./parts.js";
import { filled, labelSpans, normalised, numberText, rowOf, rowStates, sumsToOne, total } from "./table_model.js";

/**
 * @typedef {import("./table_model.js").Layout} Layout
 * @typedef {{row: number, column: number}} Cell
 * @typedef {object} Typed  what was typed and is no part of the table yet
 * @property {Map<string, {text: string, message: string}>} drafts  by `keyOf` their cells
 * @property {Cell|null} lastEdited
 * @property {number} limit  how many rows are drawn
 * @property {string} message
 *
 * @typedef {object} Handlers
 * @property {(input: HTMLInputElement, cell: Cell) => void} commit
 * @property {(event: KeyboardEvent, cell: Cell) => void} keydown
 * @property {(event: ClipboardEvent, cell: Cell) => void} paste
 * @property {(row: number, change: (numbers: number[]) => number[]|null) => void} changeRow
 * @property {() => void} normaliseAll
 * @property {() => void} showMore
 */

/**
 * What a draft is known by.
 * @param {Cell} cell
 */
export function keyOf({ row, column }) {
  return `${row}:${column}`;
}

/**
 * The elements of a table that can be typed into.
 * @param {Layout} layout
 * @param {number[]} values
 * @param {string} caption
 * @param {Typed} typed
 * @param {Handlers} on
 */
export function editableTable(layout, values, caption, typed, on) {
  const rows = rowsOf(layout, values, typed.limit);
  const notes = rows.map((numbers, row) => rowNotes(layout, numbers, row, typed, on));
  const cellOf = (numbers, row, column) => inputCell(layout, numbers, { row, column }, typed, on);
  return h("div", { class: "table-editor", key: "table" },
    frame(layout, caption, "table", bodyRows(layout, rows, notes, cellOf)),
    moreButton(layout, typed, on),
    hasBadRows(layout, values) ? button("Normalise all rows", on.normaliseAll) : null,
    messageLine(typed));
}

/**
 * The elements of a table to look at.
 * @param {Layout} layout
 * @param {number[]} values
 * @param {string} caption
 * @param {Typed} typed
 * @param {Handlers} on
 */
export function readOnlyTable(layout, values, caption, typed, on) {
  const rows = rowsOf(layout, values, typed.limit);
  const notes = rows.map(() => []);
  const cellOf = (numbers, row, column) => plainCell(layout, numbers, column);
  return h("div", { class: "table-editor", key: "table" },
    frame(layout, caption, "table read-only", bodyRows(layout, rows, notes, cellOf)),
    moreButton(layout, typed, on),
    messageLine(typed));
}

function rowsOf(layout, values, limit) {
  return Array.from({ length: Math.min(layout.rows, limit) }, (_, row) => rowOf(layout, values, row));
}

function hasBadRows(layout, values) {
  if (!layout.isConditional || layout.rows < 2) return false;
  return rowsOf(layout, values, layout.rows).some((numbers) => !sumsToOne(numbers));
}

function frame(layout, caption, name, rows) {
  return h("div", { class: "table-scroll" },
    h("table", { class: name },
      h("caption", { class: "mbml-spoken" }, caption), head(layout), h("tbody", {}, rows)));
}

function moreButton(layout, { limit }, on) {
  if (layout.rows <= limit) return null;
  return button(`Show more (${limit} of ${layout.rows} rows)`, on.showMore, { key: "more" });
}

function messageLine({ message }) {
  return h("p", { class: "table-message", role: "status", key: "message" }, message);
}

function head(layout) {
  const parents = layout.down.map((i) => layout.axes[i]);
  const child = layout.axes[layout.across];
  if (!child) return h("thead", {});
  return h("thead", {},
    h("tr", {},
      parents.map((axis) => heading(axis.label, { key: axis.id, rowspan: 2, class: "table-parent" })),
      heading(child.label, {
        key: child.id, colspan: layout.columns, scope: "colgroup", class: "table-child",
      })),
    h("tr", {}, child.states.map((state, i) => heading(state, { key: i, class: "table-state" }))));
}

function heading(name, props) {
  return h("th", { scope: "col", title: visible(name), ...props }, visible(name));
}

/** A row of the table and, where something has to be said about it, a second one with that. */
function bodyRows(layout, rows, notes, cellOf) {
  const heights = notes.map((lines) => (lines.length > 0 ? 2 : 1));
  return rows.flatMap((numbers, row) => [
    h("tr", { key: row, class: heights[row] > 1 ? "table-bad" : null },
      labels(layout, row, heights), numbers.map((_, column) => cellOf(numbers, row, column))),
    heights[row] > 1 ? noteRow(layout, notes[row], row) : null,
  ]);
}

function noteRow(layout, lines, row) {
  return h("tr", { key: `note ${row}`, class: "table-note" }, h("td", { colspan: layout.columns }, lines));
}

/** Labels that begin in this row. One label covers equal neighbours, and the notes between them. */
function labels(layout, row, heights) {
  const states = rowStates(layout, row);
  return labelSpans(layout).map((span, i) => {
    if (row % span !== 0) return null;
    const rowspan = heights.slice(row, row + span).reduce((sum, rows) => sum + rows, 0);
    const name = layout.axes[layout.down[i]].states[states[i]];
    return heading(name, {
      key: `label ${i}`, scope: span > 1 ? "rowgroup" : "row", rowspan, class: "table-label",
    });
  });
}

function plainCell(layout, numbers, column) {
  const value = numbers[column];
  const style = barOf(layout, numbers, column);
  return h("td", { key: column, style, class: "table-cell", title: String(value) }, numberText(value));
}

function inputCell(layout, numbers, cell, { drafts }, on) {
  const { row, column } = cell;
  const value = numbers[column];
  const text = numberText(value);
  const draft = drafts.get(keyOf(cell));
  const input = h("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", value: draft?.text ?? text,
    "data-row": row, "data-column": column,
    "aria-label": cellLabel(layout, cell), "aria-invalid": draft ? "true" : null,
    title: draft?.message ?? (String(value) === text ? null : String(value)),
    onFocus: ({ target }) => target.select(),
    onChange: ({ target }) => on.commit(target, cell),
    onKeydown: (event) => on.keydown(event, cell),
    onPaste: (event) => on.paste(event, cell),
  });
  return h("td", { key: column, style: barOf(layout, numbers, column), class: "table-cell" }, input);
}

/** The bar under a number: of one in a conditional table, of the largest number of the row in a free one. */
function barOf(layout, numbers, column) {
  const top = layout.isConditional ? 1 : Math.max(...numbers);
  return { "--p": top > 0 ? Math.min(Math.max(numbers[column] / top, 0), 1) : 0 };
}

function cellLabel(layout, { row, column }) {
  const states = rowStates(layout, row);
  const parents = layout.down.map((axis, i) => (
    `${layout.axes[axis].label} = ${layout.axes[axis].states[states[i]]}`
  ));
  const child = layout.axes[layout.across];
  const what = child ? `${child.label} = ${child.states[column]}` : "value";
  return visible(parents.length > 0 ? `${what}, where ${parents.join(", ")}` : what);
}

function rowNotes(layout, numbers, row, typed, on) {
  const found = numbers.flatMap((_, column) => typed.drafts.get(keyOf({ row, column }))?.message ?? []);
  const lines = found.map((text) => h("p", { class: "table-refusal", role: "alert" }, text));
  return layout.isConditional && !sumsToOne(numbers) ? [...lines, sumNote(numbers, row, typed, on)] : lines;
}

function sumNote(numbers, row, { lastEdited }, on) {
  const kept = lastEdited?.row === row ? lastEdited.column : null;
  const fill = () => on.changeRow(row, (now) => filled(now, kept));
  return h("p", { class: "table-sum" },
    h("span", {}, `sums to ${numberText(total(numbers))}`),
    button("Normalise", () => on.changeRow(row, normalised), {
      label: "Scale this row so that it sums to one",
    }),
    filled(numbers, kept)
      ? button("Fill the rest", fill, { label: "Put what is missing into the other cells" })
      : null);
}
