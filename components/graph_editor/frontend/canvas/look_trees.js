/** What a look adds to a node or an edge, as SVG trees. */

import { near } from "./geometry.js";
import { EDGE_LOOKS, NODE_LOOKS } from "./looks.js";
import { middleOf } from "./overlay_geometry.js";
import { labelTree } from "./overlay_trees.js";
import { h } from "./svg.js";

/** From the border of a node to the outline of its look. */
const OUT = 5;
const HALO = { edge: 15, node: 12 };
/** From far away outlines have to be stronger to be seen. */
const FAR = 2.4;

/** @param {string} look of a node @returns {string[]} its classes */
export function nodeLookClasses(look) {
  const style = NODE_LOOKS.get(look);
  return style ? ["looked", `look-${look}`, `tint-${style.tint}`, ...(style.isFaded ? ["faded"] : [])] : [];
}

/**
 * Outline, mark and note of a node, in its own coordinates.
 * @param {object} node of a scene @param {(node: object, out: number) => object} outline its border, that far out
 */
export function nodeLookTrees(node, outline) {
  const style = NODE_LOOKS.get(node.look);
  const isFar = node.level === "far" || node.level === "dot";
  const width = (style?.width ?? 0) * (isFar ? FAR : 1);
  return [
    style?.hasHalo ? h("rect", { class: "halo", ...outline(node, OUT), "stroke-width": HALO.node }) : null,
    width > 0
      ? h("rect", { class: "outline", ...outline(node, OUT), "stroke-width": width, "stroke-dasharray": style.dash })
      : null,
    style?.mark && !isFar ? seal(node, style.mark) : null,
    node.note && !isFar ? noteTree(node, style?.tint ?? "soft") : null,
  ];
}

const BADGES = new Map([["stop", "M-5 0H5"], ["slash", "M-4 -4L4 4M-4 4L4 -4"]]);

function seal({ width, height, kind }, mark) {
  const at = kind === "factor" ? [width + 3, height + 3] : [width - 4, height - 2];
  return h("g", { class: "look-seal", transform: `translate(${at.join(" ")})` }, [
    h("circle", { class: "seal", r: 10 }), h("path", { class: "sign-mark", d: BADGES.get(mark) }),
  ]);
}

function noteTree({ width, height, note }, tint) {
  return labelTree({ ...note, x: note.x + width / 2, y: note.y + height / 2, tint });
}

const GAP = 8; // half of what is cut out of an edge
/** The marks of edges of which less than this is to be seen are smaller. */
const SHORT = 34;
const LEAST_SEEN = 0.24; // of what is to be seen of a short one

/** @param {object} edge of a scene that has a look @returns {import("./svg.js").Tree} */
export function lookedEdgeTree(edge) {
  const style = EDGE_LOOKS.get(edge.look);
  const middle = middleOf(edge.points);
  const faded = style.isFaded ? " faded" : "";
  return h("g", { class: `edge looked look-${edge.look} tint-${style.tint}${faded}` }, [
    style.hasHalo ? h("path", { class: "halo", d: edge.line, "stroke-width": HALO.edge }) : null,
    h("path", { class: "look-line", d: edge.line, "stroke-width": style.width, ...dashes(style, middle) }),
    edge.arrow ? h("path", { class: "arrow", d: edge.arrow }) : null,
    style.mark ? markTree(style.mark, middle, edge) : null,
    edge.look === "current" ? pulseTree(edge) : null,
  ]);
}

function dashes({ mark, dash }, { share, length, seen }) {
  if (mark !== "slash") return { "stroke-dasharray": dash };
  const gap = Math.min(GAP, seen * LEAST_SEEN) / length;
  const parts = [share - gap, 2 * gap, 1].map((part) => near(part * 100));
  return { pathLength: 100, "stroke-dasharray": parts.join(" ") };
}

const MARKS = new Map([
  ["stop", "M0 -11V11"], ["slash", "M-7 9L3 -9M-3 9L7 -9"], ["chevron", "M-7 -10L10 0L-7 10Z"],
]);

function markTree(mark, { x, y, dx, dy, seen }, { direction }) {
  const way = mark === "chevron" && direction === "toFactor" ? 180 : 0;
  const angle = Math.round((Math.atan2(dy, dx) * 180) / Math.PI) + way;
  const size = seen < SHORT ? " scale(0.7)" : "";
  return h("path", {
    class: `mark-${mark}`, d: MARKS.get(mark), transform: `translate(${near(x)} ${near(y)}) rotate(${angle})${size}`,
  });
}

/** A light that runs along the edge, the way of the message. */
function pulseTree({ line, direction }) {
  return h("path", {
    class: direction === "toFactor" ? "pulse back" : "pulse", d: line, pathLength: 100, "stroke-dasharray": "16 120",
  });
}
