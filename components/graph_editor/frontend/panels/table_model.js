/**
 * The table of a factor as rows and columns: one row per combination of parent states, one column per child state.
 *
 * Values are flat lists in scope order, the last variable varying fastest, as in the document. A layout says where
 * each of them is drawn, so that the child may stand anywhere in the scope.
 */

/** Rows may miss one by this much; the model renormalises them. The same number as in the model. */
const SUM_TOLERANCE = 1e-6 + 1e-12;
/** Digits that survive a sum of decimal fractions: 1 − 0.9 is 0.1, not 0.09999999999999998. */
const DIGITS = 12;

const DECIMAL = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/**
 * @typedef {{id: string, label: string, states: string[]}} Axis
 * @typedef {{axes: Axis[], sizes: number[], strides: number[], across: number, down: number[], rows: number,
 *            columns: number, isConditional: boolean}} Layout
 */

/**
 * How a table over `axes` is drawn: the child, or without one the last variable, across; the others down.
 * @param {Axis[]} axes  in scope order
 * @param {number|null} childAxis
 * @returns {Layout}
 */
export function tableLayout(axes, childAxis) {
  const sizes = axes.map((axis) => axis.states.length);
  const across = childAxis ?? axes.length - 1;
  const down = axes.map((_, i) => i).filter((i) => i !== across);
  return {
    axes,
    sizes,
    strides: sizes.map((_, i) => product(sizes.slice(i + 1))),
    across,
    down,
    rows: product(down.map((i) => sizes[i])),
    columns: sizes[across] ?? 1,
    isConditional: childAxis !== null,
  };
}

/** Nested lists as one flat list; a factor over nothing may have a bare number. */
export function flat(values) {
  return Array.isArray(values) ? values.flat(Infinity) : [values];
}

/** A flat list as nested lists of the given sizes; a bare number for no sizes. */
export function nested(values, sizes) {
  if (sizes.length === 0) return values[0];
  if (sizes.length === 1) return [...values];
  const step = values.length / sizes[0];
  return Array.from({ length: sizes[0] }, (_, i) => (
    nested(values.slice(i * step, (i + 1) * step), sizes.slice(1))
  ));
}

/**
 * The state of each `down` variable in a row.
 * @returns {number[]}
 */
export function rowStates(layout, row) {
  let left = row;
  const states = layout.down.map(() => 0);
  for (let i = layout.down.length - 1; i >= 0; i -= 1) {
    const size = layout.sizes[layout.down[i]];
    states[i] = left % size;
    left = Math.floor(left / size);
  }
  return states;
}

/** Where the value of a cell stands in the flat list. */
export function placeOf(layout, row, column) {
  const start = rowStates(layout, row).reduce((sum, state, i) => sum + state * layout.strides[layout.down[i]], 0);
  return start + column * (layout.strides[layout.across] ?? 0);
}

/** The numbers of one row, from the first column to the last. */
export function rowOf(layout, values, row) {
  return Array.from({ length: layout.columns }, (_, column) => values[placeOf(layout, row, column)]);
}

/** The values with one row replaced. */
export function withRow(layout, values, row, numbers) {
  const changed = [...values];
  numbers.forEach((number, column) => { changed[placeOf(layout, row, column)] = number; });
  return changed;
}

/** The values with every row passed through `change(numbers, row)`. */
export function mapRows(layout, values, change) {
  const changed = [...values];
  for (let row = 0; row < layout.rows; row += 1) {
    change(rowOf(layout, values, row), row).forEach((number, column) => {
      changed[placeOf(layout, row, column)] = number;
    });
  }
  return changed;
}

/** How many rows each label of the `down` variables covers: with parents of sizes 2, 3, 2 these are 6, 2, 1. */
export function labelSpans(layout) {
  const sizes = layout.down.map((i) => layout.sizes[i]);
  return sizes.map((_, i) => product(sizes.slice(i + 1)));
}

/** Whether the numbers of a row are a distribution, as far as their sum goes. */
export function sumsToOne(numbers) {
  return Math.abs(total(numbers) - 1) <= SUM_TOLERANCE;
}

/** The sum of a row without the last digits' noise. */
export function total(numbers) {
  return tidy(numbers.reduce((sum, number) => sum + number, 0));
}

/** The row scaled to a sum of one; a row of zeros becomes uniform. */
export function normalised(numbers) {
  const sum = numbers.reduce((left, right) => left + right, 0);
  if (!(sum > 0)) return numbers.map(() => 1 / numbers.length);
  return sumsToOne(numbers) && total(numbers) === 1 ? [...numbers] : numbers.map((number) => number / sum);
}

/**
 * The row with what is missing to one put into its empty cells in equal parts, else into its last cell; the cell
 * just typed into (`kept`) is left alone. Null where nothing is missing, or too much is there already.
 * @param {number[]} numbers
 * @param {number|null} kept
 */
export function filled(numbers, kept) {
  const missing = tidy(1 - total(numbers));
  if (missing <= SUM_TOLERANCE) return null;
  const others = numbers.map((_, i) => i).filter((i) => i !== kept);
  const empty = others.filter((i) => numbers[i] === 0);
  const targets = new Set(empty.length > 0 ? empty : [others.at(-1) ?? kept]);
  return numbers.map((number, i) => (targets.has(i) ? tidy(number + missing / targets.size) : number));
}

/**
 * The row after `value` was typed into a column. In a complete row of two the other cell follows, as it can only
 * be the rest.
 */
export function editedRow(numbers, column, value, isConditional) {
  const follows = isConditional && numbers.length === 2 && sumsToOne(numbers) && value <= 1;
  return numbers.map((number, i) => {
    if (i === column) return value;
    return follows ? tidy(1 - value) : number;
  });
}

/**
 * What a typed number means: "0.25", "0,25", "25%", "1/4".
 * @param {string} text
 * @param {boolean} isProbability  refuse numbers above one
 * @returns {{value: number} | {message: string}}
 */
export function parseNumber(text, isProbability) {
  const cleaned = cleanedText(text);
  if (cleaned === "") return { message: "Type a number, for example 0.25, 1/4 or 25%." };
  const value = valueOf(cleaned);
  if (Number.isNaN(value)) return { message: "This is not a number. Type for example 0.25, 1/4 or 25%." };
  if (!Number.isFinite(value)) return { message: "This is not finite. Type an ordinary number." };
  if (value < 0) return { message: "Less than zero. A probability or weight is zero or more." };
  if (isProbability && value > 1) return { message: `More than one. ${percentHint(value)}` };
  return { value: value === 0 ? 0 : value };
}

/** Whether a text stands for a number, allowed or not; a state name usually does not. */
export function isNumeric(text) {
  return !Number.isNaN(valueOf(cleanedText(text ?? "")));
}

/** A number for an input: short, and exactly what a person typed where six digits can say it. */
export function numberText(value) {
  return String(Number(value.toPrecision(6)));
}

/** Rounded to the digits that survive adding and subtracting decimal fractions. */
export function tidy(value) {
  return Number(value.toPrecision(DIGITS));
}

/** Without blanks, and with a plain minus. */
function cleanedText(text) {
  return text.replace(/[\u2212\u2013]/g, "-").replace(/\s+/g, "");
}

function valueOf(text) {
  if (text.endsWith("%")) return decimal(text.slice(0, -1)) / 100;
  const parts = text.split("/");
  if (parts.length === 2) return decimal(parts[0]) / decimal(parts[1]);
  return decimal(text);
}

function decimal(text) {
  return DECIMAL.test(text) ? Number(text.replace(",", ".")) : NaN;
}

function percentHint(value) {
  return value <= 100 ? `For a percentage write ${numberText(value)}%.` : "A probability is at most one.";
}

function product(numbers) {
  return numbers.reduce((left, right) => left * right, 1);
}
