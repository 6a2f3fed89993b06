/** Lines over the sweeps of a run: scales, ticks and paths are pure; the picture is a small SVG. */

import { h, svg } from "../dom.js";

const WIDTH = 420;
const HEIGHT = 124;
const MARGIN = { left: 44, right: 10, top: 8, bottom: 20 };
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const MOST_TICKS = 6;

/**
 * @typedef {{least: number, most: number, isLog: boolean}} Range
 * @typedef {{values: (number|null)[], start: number, look: string}} Line  `start`: the sweep of its first value
 */

/**
 * Whole powers of ten that hold all positive values, and 1: what is far below it is seen to be small.
 * @param {number[]} values
 * @returns {Range}
 */
export function logRange(values) {
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const least = Math.floor(Math.min(...exponents, 0));
  const most = Math.ceil(Math.max(...exponents, least + 1, 0));
  return { least, most: Math.max(most, least + 1), isLog: true };
}

/** Of probabilities. */
export const UNIT = { least: 0, most: 1, isLog: false };

/**
 * How high a value stands, 0 at the bottom and 1 at the top; what is beyond the range stands at its end.
 * @param {number} value
 * @param {Range} range
 */
export function heightOf(value, { least, most, isLog }) {
  const place = isLog ? Math.log10(Math.max(value, 10 ** least)) : value;
  return Math.min(Math.max((place - least) / (most - least), 0), 1);
}

/**
 * Numbers at the axis of the sweeps: a few, at round steps.
 * @param {number} last
 * @returns {number[]}
 */
export function sweepTicks(last) {
  const step = STEPS.find((size) => last / size <= MOST_TICKS) ?? STEPS.at(-1);
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, place) => place * step);
}

/**
 * @param {Range} range
 * @returns {{value: number, text: string}[]} what is written at the other axis
 */
export function valueTicks({ least, most, isLog }) {
  if (!isLog) return [0, 0.5, 1].map((value) => ({ value, text: String(value) }));
  const step = Math.ceil((most - least) / 4);
  const count = Math.floor((most - least) / step) + 1;
  return Array.from({ length: count }, (_, place) => most - place * step)
    .map((exponent) => ({ value: 10 ** exponent, text: `10${raised(exponent)}` }));
}

function raised(exponent) {
  return Array.from(String(exponent), (char) => (char === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(char)])).join("");
}

/**
 * Path data through all values that are numbers; a gap where one is not.
 * @param {Line} line
 * @param {number} last  the sweep at the right end
 * @param {Range} range
 */
export function pathOf({ values, start }, last, range) {
  let isOpen = false;
  return values.map((value, place) => {
    if (value === null || start + place > last) {
      isOpen = false;
      return "";
    }
    const command = isOpen ? "L" : "M";
    isOpen = true;
    return `${command}${near(acrossOf(start + place, last))} ${near(downOf(value, range))}`;
  }).join("");
}

function acrossOf(sweep, last) {
  return MARGIN.left + (WIDTH - MARGIN.left - MARGIN.right) * (last > 0 ? sweep / last : 0);
}

function downOf(value, range) {
  return HEIGHT - MARGIN.bottom - (HEIGHT - MARGIN.top - MARGIN.bottom) * heightOf(value, range);
}

function near(number) {
  return Math.round(number * 10) / 10;
}

/**
 * The sweep under the pointer.
 * @param {number} share  0 at the left edge of the picture, 1 at the right
 * @param {number} last
 */
export function sweepAt(share, last) {
  const inside = (share * WIDTH - MARGIN.left) / (WIDTH - MARGIN.left - MARGIN.right);
  return Math.round(Math.min(Math.max(inside, 0), 1) * last);
}

/**
 * @param {object} options
 * @param {string} options.title  shown above; also what is read out
 * @param {string} options.says  the numbers in words, for those who do not see the lines
 * @param {Line[]} options.lines  the later ones lie on top
 * @param {number} options.last  the sweep at the right end
 * @param {Range} options.range
 * @param {number|null} [options.level]  a dashed line across
 * @param {number} options.sweep  where the cursor stands
 * @param {(sweep: number) => void} options.turnTo
 */
export function plot({ title, says, lines, last, range, level = null, sweep, turnTo }) {
  const frame = [...valueTicks(range).flatMap((tick) => valueTick(tick, range)), ...sweepTicks(last).map((tick) => (
    svg("text", { class: "tick", x: near(acrossOf(tick, last)), y: HEIGHT - 6, "text-anchor": "middle" }, String(tick))
  ))];
  const follow = (event) => {
    if (event.type === "pointermove" && event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    turnTo(sweepAt((event.clientX - box.left) / box.width, last));
  };
  const at = near(acrossOf(sweep, last));
  return h("figure", { class: "study-laboratory-plot", key: title },
    h("figcaption", {}, title),
    svg("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}. ${says}`, onPointerdown: follow,
      onPointermove: follow,
    },
    frame,
    svg("path", { class: "cursor", d: `M${at} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}` }),
    lines.map((line) => svg("path", { class: `line ${line.look}`, d: pathOf(line, last, range) || "M0 0" })),
    level === null ? null : levelLine(level, range),
    lines.map((line) => dot(line, sweep, last, range))));
}

function valueTick({ value, text }, range) {
  const y = near(downOf(value, range));
  return [
    svg("path", { class: "grid", d: `M${MARGIN.left} ${y}H${WIDTH - MARGIN.right}` }),
    svg("text", { class: "tick", x: MARGIN.left - 6, y: y + 4, "text-anchor": "end" }, text),
  ];
}

function levelLine(level, range) {
  return svg("path", { class: "level", d: `M${MARGIN.left} ${near(downOf(level, range))}H${WIDTH - MARGIN.right}` });
}

function dot({ values, start, look }, sweep, last, range) {
  const value = values[sweep - start] ?? null;
  if (value === null || look !== "now") return null;
  return svg("circle", { class: "dot", cx: near(acrossOf(sweep, last)), cy: near(downOf(value, range)), r: 4 });
}
