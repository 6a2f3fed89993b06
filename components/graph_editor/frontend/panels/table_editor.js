/** The table of a factor, to read and to edit: one row per combination of parent states. */

import { pastePlan } from "./spreadsheet.js";
import {
  editedRow, mapRows, normalised, numberText, parseNumber, placeOf, rowOf, withRow,
} from "./table_model.js";
import { editableTable, keyOf, readOnlyTable } from "./table_view.js";

/** Rows drawn at first, and added by "Show more": more make every key press slow. */
const ROWS_AT_ONCE = 200;

/** @type {import("./table_view.js").Typed} */
const NOTHING_TYPED = { drafts: new Map(), limit: ROWS_AT_ONCE, lastEdited: null, message: "" };

/**
 * @typedef {object} Table
 * @property {() => {layout: import("./table_model.js").Layout, values: number[]}} read  the table as it is now
 * @property {(values: number[]) => void} write  commits a whole new table
 * @property {() => void} redraw  asks for another `draw`, after a draft or a message changed
 */

/**
 * `draw` gives the elements of a table, `reset` forgets what was typed: for another factor or another shape.
 * @param {Table} options
 */
export function createTableEditor({ read, write, redraw }) {
  let typed = NOTHING_TYPED;
  const table = {
    read, write, redraw,
    typed: () => typed,
    type: (changes) => { typed = { ...typed, ...changes }; },
  };
  const on = handlersOf(table);
  return {
    draw(layout, values, { isReadOnly = false, caption }) {
      return (isReadOnly ? readOnlyTable : editableTable)(layout, values, caption, typed, on);
    },
    reset() {
      typed = NOTHING_TYPED;
    },
  };
}

/** @returns {import("./table_view.js").Handlers} */
function handlersOf(table) {
  return {
    commit: (input, cell) => commitCell(table, input, cell),
    keydown: (event, cell) => pressed(table, event, cell),
    paste: (event, cell) => paste(table, event, cell),
    changeRow: (row, change) => changeRow(table, row, change),
    normaliseAll: () => normaliseAll(table),
    showMore() {
      table.type({ limit: table.typed().limit + ROWS_AT_ONCE });
      table.redraw();
    },
  };
}

/** What stands in a cell becomes its number, or stays there as a draft with the reason why it cannot. */
function commitCell(table, input, cell) {
  const { layout, values } = table.read();
  const old = values[placeOf(layout, cell.row, cell.column)];
  const hadDraft = table.typed().drafts.has(keyOf(cell));
  forget(table, [cell]);
  const parsed = input.value === numberText(old) ? null : parseNumber(input.value, layout.isConditional);
  if (parsed && "message" in parsed) keepDraft(table, cell, input.value, parsed.message);
  else if (parsed) accept(table, input, cell, parsed.value);
  // The next cell may change with this one: it has to before somebody types into it.
  if (hadDraft || (parsed && parsed.value !== old)) table.redraw();
}

function keepDraft(table, cell, text, message) {
  table.type({ drafts: new Map([...table.typed().drafts, [keyOf(cell), { text, message }]]) });
}

function accept(table, input, cell, value) {
  const { layout, values } = table.read();
  input.value = numberText(value);
  table.type({ lastEdited: cell, message: "" });
  if (value === values[placeOf(layout, cell.row, cell.column)]) return;
  const numbers = editedRow(rowOf(layout, values, cell.row), cell.column, value, layout.isConditional);
  table.write(withRow(layout, values, cell.row, numbers));
}

function forget(table, cells) {
  const gone = new Set(cells.map(keyOf));
  table.type({ drafts: new Map([...table.typed().drafts].filter(([key]) => !gone.has(key))) });
}

function changeRow(table, row, change) {
  const { layout, values } = table.read();
  const numbers = change(rowOf(layout, values, row));
  forget(table, Array.from({ length: layout.columns }, (_, column) => ({ row, column })));
  if (numbers) table.write(withRow(layout, values, row, numbers));
}

function normaliseAll(table) {
  const { layout, values } = table.read();
  table.type({ drafts: new Map() });
  table.write(mapRows(layout, values, normalised));
}

/** A single number goes into the text that is being typed; anything else into the cells. */
function paste(table, event, cell) {
  const text = event.clipboardData.getData("text/plain");
  event.stopPropagation();
  const isSingle = !/[\t\n;]/.test(text.trim()) && "value" in parseNumber(text, false);
  if (isSingle) return;
  event.preventDefault();
  const plan = pastePlan(table.read().layout, text, cell);
  table.type({ message: plan.message ?? "" });
  if (plan.cells) writeCells(table, plan.cells);
  table.redraw();
}

function writeCells(table, cells) {
  const { layout, values } = table.read();
  const changed = [...values];
  for (const { row, column, value } of cells) changed[placeOf(layout, row, column)] = value;
  forget(table, cells);
  table.write(changed);
}

function pressed(table, event, cell) {
  if (event.key === "Escape") {
    event.stopPropagation();
    takeBack(table, event.target, cell);
    return;
  }
  const step = stepOf(event);
  if (!step) return;
  event.preventDefault();
  commitCell(table, event.target, cell);
  cellInput(event.target.closest("table"), cell.row + step.row, cell.column + step.column)?.focus();
}

function takeBack(table, input, cell) {
  const { layout, values } = table.read();
  forget(table, [cell]);
  input.value = numberText(values[placeOf(layout, cell.row, cell.column)]);
  table.redraw();
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
