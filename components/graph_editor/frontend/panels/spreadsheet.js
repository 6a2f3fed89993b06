/** Rectangles of numbers pasted from a spreadsheet into a table. */

import { isNumeric, parseNumber, rowStates } from "./table_model.js";

/**
 * What to write where when `text` is pasted with the focus in a cell.
 *
 * A header row and label columns are recognised and left out. A rectangle as large as the whole table fills it
 * from its first cell, any other one from the focused cell.
 * @param {import("./table_model.js").Layout} layout
 * @param {string} text
 * @param {{row: number, column: number}} focus
 * @returns {{cells: {row: number, column: number, value: number}[]} | {message: string}}
 */
export function pastePlan(layout, text, focus) {
  const rectangle = withoutLabels(layout, rectangleOf(text));
  if (rectangle.length === 0) return { message: "There is nothing to paste." };
  const width = rectangle[0].length;
  if (rectangle.some((row) => row.length !== width)) return { message: "The pasted rows differ in length." };
  const isWhole = rectangle.length === layout.rows && width === layout.columns;
  const start = isWhole ? { row: 0, column: 0 } : focus;
  const room = { rows: layout.rows - start.row, columns: layout.columns - start.column };
  if (rectangle.length > room.rows || width > room.columns) {
    return { message: misfit(rectangle.length, width, room) };
  }
  return parsed(rectangle, start, layout.isConditional);
}

/**
 * The cells of pasted text. Tabs and semicolons separate; without them a comma does, unless it can only be a
 * decimal comma; without any of them blanks between numbers do.
 * @param {string} text
 * @returns {string[][]}
 */
export function rectangleOf(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n").filter((line) => line.trim() !== "");
  const separator = separatorOf(lines);
  return lines.map((line) => (separator ? line.split(separator) : [line]).map(unquoted));
}

function separatorOf(lines) {
  if (lines.some((line) => line.includes("\t"))) return "\t";
  if (lines.some((line) => line.includes(";"))) return ";";
  if (lines.some((line) => line.includes(",")) && !lines.every(isDecimalComma)) return ",";
  if (lines.every((line) => /^\s*\S+(\s+\S+)+\s*$/.test(line))) return /\s+/;
  return null;
}

/** "0,25" and "0,2 0,8" hold decimal commas; "0.2,0.8", "1, 0" and "1,0,0" separate. */
function isDecimalComma(line) {
  return line.trim().split(/\s+/).every((word) => /^[^,]*$|^\d*,\d+%?$/.test(word)) && !line.includes(".");
}

function unquoted(cell) {
  const trimmed = cell.trim();
  return /^".*"$/.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed;
}

function withoutLabels(layout, rectangle) {
  const body = hasHeader(layout, rectangle) ? rectangle.slice(1) : rectangle;
  const extra = labelColumns(layout, body);
  return body.map((row) => row.slice(extra));
}

/** State names on top, which may look like numbers ("0", "1"), or words over numbers. */
function hasHeader(layout, rectangle) {
  if (rectangle.length < 2) return false;
  const names = layout.axes[layout.across]?.states ?? [];
  const last = rectangle[0].slice(-names.length);
  const isNames = names.length > 0 && names.every((name, i) => name === last[i]);
  if (isNames && (rectangle.length === layout.rows + 1 || !last.every(isNumber))) return true;
  return !isNumeric(rectangle[0].at(-1)) && isNumeric(rectangle[1].at(-1));
}

/** Columns in front of the numbers: words, or the parents' states, which may look like numbers. */
function labelColumns(layout, body) {
  const parents = layout.down.length;
  if (parents > 0 && body.length > 0 && body[0].length === parents + layout.columns && areLabels(layout, body)) {
    return parents;
  }
  const width = Math.min(...body.map((row) => row.length));
  let count = 0;
  while (count < width - 1 && body.some((row) => !isNumeric(row[count])) && isNumeric(body[0].at(-1))) count += 1;
  return count;
}

/** Blank labels are those of merged cells. */
function areLabels(layout, body) {
  return body.every((cells, row) => rowStates(layout, row).every((state, i) => {
    const expected = layout.axes[layout.down[i]].states[state];
    return cells[i] === expected || cells[i] === "";
  }));
}

function parsed(rectangle, start, isProbability) {
  const cells = [];
  for (const [i, row] of rectangle.entries()) {
    for (const [j, text] of row.entries()) {
      const found = parseNumber(text, isProbability);
      if ("message" in found) {
        return { message: `Pasted row ${i + 1}, column ${j + 1}, “${text}”: ${found.message}` };
      }
      cells.push({ row: start.row + i, column: start.column + j, value: found.value });
    }
  }
  return { cells };
}

function misfit(rows, columns, room) {
  const size = (height, width) => `${height} ${height === 1 ? "row" : "rows"} × ${width} `
    + `${width === 1 ? "column" : "columns"}`;
  const [pasted, free] = [size(rows, columns), size(room.rows, room.columns)];
  return `${pasted} were pasted, but from this cell there is room for ${free}. `
    + "Click the first cell, or copy fewer.";
}
