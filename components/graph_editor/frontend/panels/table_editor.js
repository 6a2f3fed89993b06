/** The table of a factor, to read and to edit: one row per combination of parent states. */

import { h } from "../dom.js";
import { visible } from "../text.js";
import { button } from "./parts.js";
import { pastePlan } from "./spreadsheet.js";
import {
  editedRow, filled, labelSpans, mapRows, normalised, numberText, parseNumber, placeOf, rowOf, rowStates, sumsToOne,
  total, withRow,
} from "./table_model.js";

/** Rows drawn at first, and added by "Show more": more make every key press slow. */
const ROWS_AT_ONCE = 200;

/**
 * @param {object} options
 * @param {() => {layout: object, values: number[]}} options.read  the table as it is now
 * @param {(values: number[]) => void} options.write  commits a whole new table
 * @param {() => void} options.redraw  asks for another `draw`, after a draft or a message changed
 */
export function createTableEditor({ read, write, redraw }) {
  const drafts = new Map();
  let limit = ROWS_AT_ONCE;
  let lastEdited = null;
  let message = "";

  const keyOf = (row, column) => `${row}:${column}`;

  /** Forget what was typed: the panel shows another factor, or the table got another shape. */
  function reset() {
    drafts.clear();
    limit = ROWS_AT_ONCE;
    lastEdited = null;
    message = "";
  }

  function commitCell(input, row, column) {
    const { layout, values } = read();
    const old = values[placeOf(layout, row, column)];
    const hadDraft = drafts.delete(keyOf(row, column));
    if (input.value === numberText(old)) return hadDraft ? redraw() : undefined;
    const parsed = parseNumber(input.value, layout.isConditional);
    if ("message" in parsed) {
      drafts.set(keyOf(row, column), { text: input.value, message: parsed.message });
      return redraw();
    }
    input.value = numberText(parsed.value);
    lastEdited = { row, column };
    message = "";
    if (parsed.value === old) return hadDraft ? redraw() : undefined;
    const numbers = editedRow(rowOf(layout, values, row), column, parsed.value, layout.isConditional);
    write(withRow(layout, values, row, numbers));
    // The next cell may change with this one: it has to before somebody types into it.
    return redraw();
  }

  function changeRow(row, change) {
    const { layout, values } = read();
    const numbers = change(rowOf(layout, values, row));
    for (let column = 0; column < layout.columns; column += 1) drafts.delete(keyOf(row, column));
    if (numbers) write(withRow(layout, values, row, numbers));
  }

  function normaliseAll() {
    const { layout, values } = read();
    drafts.clear();
    write(mapRows(layout, values, normalised));
  }

  function paste(event, row, column) {
    const text = event.clipboardData.getData("text/plain");
    event.stopPropagation();
    const isSingle = !/[\t\n;]/.test(text.trim()) && "value" in parseNumber(text, false);
    if (isSingle) return;
    event.preventDefault();
    const { layout, values } = read();
    const plan = pastePlan(layout, text, { row, column });
    message = plan.message ?? "";
    if (plan.message) { redraw(); return; }
    const changed = [...values];
    for (const cell of plan.cells) {
      changed[placeOf(layout, cell.row, cell.column)] = cell.value;
      drafts.delete(keyOf(cell.row, cell.column));
    }
    write(changed);
    redraw();
  }

  function keydown(event, row, column) {
    if (event.key === "Escape") {
      event.stopPropagation();
      const { layout, values } = read();
      drafts.delete(keyOf(row, column));
      event.target.value = numberText(values[placeOf(layout, row, column)]);
      redraw();
      return;
    }
    const step = stepOf(event);
    if (!step) return;
    event.preventDefault();
    commitCell(event.target, row, column);
    const next = cellInput(event.target.closest("table"), row + step.row, column + step.column);
    next?.focus();
  }

  function cell(layout, numbers, row, column, isReadOnly) {
    const value = numbers[column];
    const top = layout.isConditional ? 1 : Math.max(...numbers);
    const style = { "--p": top > 0 ? Math.min(Math.max(value / top, 0), 1) : 0 };
    if (isReadOnly) return h("td", { key: column, style, class: "table-cell", title: String(value) }, numberText(value));
    const draft = drafts.get(keyOf(row, column));
    const input = h("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      value: draft?.text ?? numberText(value),
      "data-row": row,
      "data-column": column,
      "aria-label": cellLabel(layout, row, column),
      "aria-invalid": draft ? "true" : null,
      title: draft?.message ?? (String(value) === numberText(value) ? null : String(value)),
      onFocus: ({ target }) => target.select(),
      onChange: ({ target }) => commitCell(target, row, column),
      onKeydown: (event) => keydown(event, row, column),
      onPaste: (event) => paste(event, row, column),
    });
    return h("td", { key: column, style, class: "table-cell" }, input);
  }

  function notes(layout, numbers, row) {
    const found = numbers.flatMap((_, column) => drafts.get(keyOf(row, column))?.message ?? []);
    const lines = found.map((text) => h("p", { class: "table-refusal", role: "alert" }, text));
    return layout.isConditional && !sumsToOne(numbers) ? [...lines, sumNote(numbers, row)] : lines;
  }

  function sumNote(numbers, row) {
    const kept = lastEdited?.row === row ? lastEdited.column : null;
    return h("p", { class: "table-sum" }, h("span", {}, `sums to ${numberText(total(numbers))}`),
      button("Normalise", () => changeRow(row, normalised), { label: "Scale this row so that it sums to one" }),
      filled(numbers, kept)
        ? button("Fill the rest", () => changeRow(row, (now) => filled(now, kept)), { label: "Put what is missing into the other cells" })
        : null);
  }

  function bodyRows(layout, values, isReadOnly) {
    const count = Math.min(layout.rows, limit);
    const rows = Array.from({ length: count }, (_, row) => rowOf(layout, values, row));
    const notesOf = rows.map((numbers, row) => (isReadOnly ? [] : notes(layout, numbers, row)));
    const heights = notesOf.map((lines) => (lines.length > 0 ? 2 : 1));
    return rows.flatMap((numbers, row) => [
      h("tr", { key: row, class: heights[row] > 1 ? "table-bad" : null },
        labels(layout, row, heights), numbers.map((_, column) => cell(layout, numbers, row, column, isReadOnly))),
      heights[row] > 1
        ? h("tr", { key: `note ${row}`, class: "table-note" }, h("td", { colspan: layout.columns }, notesOf[row])) : null,
    ]);
  }

  /**
   * The elements of the table.
   * @param {import("./table_model.js").Layout} layout
   * @param {number[]} values
   * @param {{isReadOnly?: boolean, caption: string}} options
   */
  function draw(layout, values, { isReadOnly = false, caption }) {
    const hasBadRows = !isReadOnly && layout.isConditional && layout.rows > 1
      && Array.from({ length: layout.rows }, (_, row) => row).some((row) => !sumsToOne(rowOf(layout, values, row)));
    return h("div", { class: "table-editor", key: "table" },
      h("div", { class: "table-scroll" },
        h("table", { class: isReadOnly ? "table read-only" : "table" },
          h("caption", { class: "mbml-spoken" }, caption),
          head(layout),
          h("tbody", {}, bodyRows(layout, values, isReadOnly)))),
      layout.rows > limit ? button(`Show more (${limit} of ${layout.rows} rows)`, () => { limit += ROWS_AT_ONCE; redraw(); }, { key: "more" }) : null,
      hasBadRows ? button("Normalise all rows", normaliseAll) : null,
      h("p", { class: "table-message", role: "status", key: "message" }, message));
  }

  return { draw, reset };
}

function head(layout) {
  const parents = layout.down.map((i) => layout.axes[i]);
  const child = layout.axes[layout.across];
  if (!child) return h("thead", {});
  const name = (axis, props) => h("th", { scope: "col", title: visible(axis.label), ...props }, visible(axis.label));
  return h("thead", {},
    h("tr", {}, parents.map((axis) => name(axis, { key: axis.id, rowspan: 2, class: "table-parent" })),
      name(child, { key: child.id, colspan: layout.columns, scope: "colgroup", class: "table-child" })),
    h("tr", {}, child.states.map((state, i) => h("th", { key: i, scope: "col", class: "table-state", title: visible(state) }, visible(state)))));
}

/** Labels that begin in this row. One label covers equal neighbours, and the notes between them. */
function labels(layout, row, heights) {
  const states = rowStates(layout, row);
  return labelSpans(layout).map((span, i) => {
    if (row % span !== 0) return null;
    const axis = layout.axes[layout.down[i]];
    const height = heights.slice(row, row + span).reduce((sum, rows) => sum + rows, 0);
    const text = visible(axis.states[states[i]]);
    return h("th", { key: `label ${i}`, scope: span > 1 ? "rowgroup" : "row", rowspan: height, class: "table-label", title: text }, text);
  });
}

function cellLabel(layout, row, column) {
  const states = rowStates(layout, row);
  const parents = layout.down.map((axis, i) => `${layout.axes[axis].label} = ${layout.axes[axis].states[states[i]]}`);
  const child = layout.axes[layout.across];
  const what = child ? `${child.label} = ${child.states[column]}` : "value";
  return visible(parents.length > 0 ? `${what}, where ${parents.join(", ")}` : what);
}

/** Where a key leads: Enter and the arrows. Left and right stay in the text until its end is reached. */
function stepOf({ key, shiftKey, target }) {
  const { selectionStart: start, selectionEnd: end, value } = target;
  const isAll = start === 0 && end === value.length;
  if (key === "Enter") return { row: shiftKey ? -1 : 1, column: 0 };
  if (shiftKey) return null;
  if (key === "ArrowDown") return { row: 1, column: 0 };
  if (key === "ArrowUp") return { row: -1, column: 0 };
  if (key === "ArrowLeft" && (isAll || end === 0)) return { row: 0, column: -1 };
  if (key === "ArrowRight" && (isAll || start === value.length)) return { row: 0, column: 1 };
  return null;
}

/** The selector holds numbers only. */
function cellInput(table, row, column) {
  return table.querySelector(`input[data-row="${row}"][data-column="${column}"]`);
}
