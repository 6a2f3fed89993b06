/** A second belief in the rows of a card, and the gap between the two: an approximation beside what is exact. */

import { near } from "./geometry.js";
import { h } from "./svg.js";

const BAR = { top: 21, height: 10 };
const BASELINE = 31;
/** The gap is shaded from the upper edge of the first bar to the lower edge of the second. */
const GAP = { top: 4, bottom: BAR.top + BAR.height };
/** A smaller gap is noise to the eye, and no picture of it could be seen. */
const LEAST_GAP = 0.005;
const HATCH = 5; // between the lines, along the bar

/** @param {{bar: number, barWidth: number}} columns @param {object} row with a twin @param {number} y its top */
export function twinBars({ bar, barWidth }, row, y) {
  const [left, width] = [near(bar), near(barWidth)];
  const scaled = `transform: translate(${left}px, ${y}px) scaleX(${row.twin})`;
  const size = { y: BAR.top, height: BAR.height };
  return [
    h("rect", { class: "track", x: left, width, y: y + size.y, height: size.height, rx: 4 }),
    h("rect", { class: "twin", width, ...size, rx: 2, style: scaled }),
    h("path", { class: "hatch", d: hatching(bar, y + size.y, barWidth * row.twin) }),
    ...gapTrees(bar, barWidth, row, y),
  ];
}

/** Slanting lines that end within the bar. */
function hatching(left, top, length) {
  const lines = [];
  for (let x = 0; x + HATCH <= length; x += HATCH) {
    lines.push(`M${near(left + x)} ${top + BAR.height}l${HATCH} -${BAR.height}`);
  }
  return lines.join("") || "M0 0";
}

/** A shaded field from one end to the other, with a line at each. */
function gapTrees(bar, barWidth, { belief, twin }, y) {
  if (belief === null || Math.abs(belief - twin) < LEAST_GAP) return [];
  const [from, to] = [belief, twin].sort((a, b) => a - b).map((share) => near(bar + barWidth * share));
  const [top, bottom] = [y + GAP.top, y + GAP.bottom];
  return [
    h("rect", { class: "gap", x: from, y: top, width: near(to - from), height: bottom - top }),
    h("path", { class: "gap-ends", d: `M${from} ${top}V${bottom}M${to} ${top}V${bottom}` }),
  ];
}

/** @param {object} columns @param {object} row with a twin */
export function twinNumber(columns, row) {
  return h("text", { class: "number twin-number", x: columns.number, y: BASELINE }, row.twinNumber);
}
