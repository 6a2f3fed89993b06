/** Nodes of the scene as SVG trees. Pure: what a node looks like is a function of its description alone. */

import { CARD, boxOf, near, rowTop } from "./geometry.js";
import { nodeLookClasses, nodeLookTrees } from "./look_trees.js";
import { h } from "./svg.js";
import { twinBars, twinNumber } from "./twins.js";

const BAR = { top: 6, height: 14, inset: 3 };
/** Of two bars in a row, the upper one. */
const UPPER_BAR = { top: 4, height: 14, inset: 2 };
/** From the border of a node to the ring around it, which leaves room for the outline of a look. */
const RING = { plain: 5, looked: 11 };
/** Of a row's texts, from the row's upper edge: of a name beside two numbers, and of the upper number. */
const BASELINE = { plain: 18, between: 23, upper: 15.5 };

const trees = new WeakMap();

/** @param {object} node of a scene @returns {import("./svg.js").Tree} the same tree for the same node */
export function nodeTree(node) {
  if (!trees.has(node)) trees.set(node, draw(node));
  return trees.get(node);
}

function draw(node) {
  const { left, top } = boxOf(node);
  return h("g", {
    class: classesOf(node), transform: `translate(${near(left)} ${near(top)})`,
    "data-node": node.id, tabindex: -1, role: "group", "aria-label": node.aria,
  }, [
    ...frame(node),
    ...(node.kind === "factor" ? factorInside(node) : variableInside(node)),
    node.problem ? problemMark(node) : null,
    node.isConflict ? conflictMark(node) : null,
    ...nodeLookTrees(node, rounded), // last: what comes and goes here moves no row
  ]);
}

const FLAGS = [
  ["isSelected", "selected"], ["isHighlighted", "highlight"], ["isConflict", "conflict"], ["isTarget", "target"],
  ["isStale", "stale"], ["isSuspended", "suspended"], ["isTight", "tight"], ["problem", "unsound"],
  ["isAside", "aside"],
];

function classesOf(node) {
  const flags = FLAGS.filter(([flag]) => node[flag]).map(([, name]) => name);
  const seen = node.evidence && node.evidence !== "none" ? ["seen", `seen-${node.evidence}`] : [];
  return ["node", node.kind, node.shape, node.level, ...seen, ...flags, ...nodeLookClasses(node.look)].join(" ");
}

function frame(node) {
  const body = rounded(node, 0);
  const ring = rounded(node, node.look ? RING.looked : RING.plain);
  return node.level === "dot"
    ? [h("rect", { class: "body", ...body })]
    : [h("rect", { class: "ring", ...ring }), h("rect", { class: "body", ...body })];
}

/** The outline of a node, `out` outside its border. An ellipse is a rectangle that is round all along. */
function rounded({ width, height, radius, shape }, out) {
  const ry = shape === "circle" ? height / 2 : radius;
  return { x: -out, y: -out, width: width + 2 * out, height: height + 2 * out, rx: radius + out, ry: ry + out };
}

function variableInside(node) {
  if (node.shape === "circle") return circleInside(node);
  if (node.level === "dot" || node.level === "far") return farInside(node);
  const isFull = node.level === "full";
  return [
    h("text", { class: "heading", x: CARD.pad, y: 25 }, node.heading),
    // What comes and goes stands last: the elements of the rows, with focus and running transitions, stay theirs.
    ...node.rows.map((row, place) => (isFull ? rowTree(node, row, place) : barsTree(node, row, place))),
    isFull && node.rest ? restTree(node) : null,
    evidenceDot(node),
    node.heading === node.name ? null : h("title", {}, node.name),
  ];
}

function evidenceDot(node) {
  if (node.evidence === "none" && !node.isSuspended) return null;
  const place = { transform: `translate(${node.width - CARD.pad - 5} 19)` };
  if (node.evidence === "likelihood" || node.evidence === "belief") {
    return h("path", { class: "slider-mark", ...place, d: "M-8 -4H6M-8 4H6M-4 -7V-1M2 1V7" });
  }
  if (node.evidence === "not" || node.evidence === "states") {
    return h("g", { class: "not-mark", ...place }, [
      h("circle", { r: 5.5 }), h("path", { d: "M-6 6L6 -6" }),
    ]);
  }
  return h("circle", { class: "dot", ...place, r: 5.5 });
}

function rowTree(node, row, place) {
  const y = rowTop(node, place);
  const { columns, rowHeight } = node;
  const hasTwin = row.twin !== null;
  return h("g", {
    class: row.mark ? `row row-${row.mark}` : "row", transform: `translate(0 ${y})`, "data-state": row.index,
    role: "button", tabindex: -1, "aria-pressed": String(row.isPressed), "aria-label": row.aria,
  }, [
    h("rect", { class: "area", x: 5, width: node.width - 10, height: rowHeight, rx: 9 }),
    h("text", { class: "state", x: columns.name, y: hasTwin ? BASELINE.between : BASELINE.plain }, row.name),
    h("text", { class: "number", x: columns.number, y: hasTwin ? BASELINE.upper : BASELINE.plain }, row.number),
    ...bars(columns, row, 0),
    row.mark === "excluded" ? strike(node, row) : null,
    node.hasSliders || row.mark === "soft" ? knob(node, row) : null,
    hasTwin ? twinNumber(columns, row) : null,
    row.name === row.fullName ? null : h("title", {}, row.fullName),
  ]);
}

function strike({ columns, rowHeight }, row) {
  const width = Math.min(columns.nameWidth, row.name.length * 8 + 2);
  return h("path", { class: "strike", d: `M${columns.name - 2} ${rowHeight / 2}H${near(columns.name + width)}` });
}

function barsTree(node, row, place) {
  const wide = { bar: CARD.pad, barWidth: node.width - 2 * CARD.pad };
  return h("g", { class: row.mark ? `row row-${row.mark}` : "row" }, bars(wide, row, rowTop(node, place)));
}

/** Track, prior as a wide pale bar, belief as a strong one. Scaled, not resized: a change runs without layout. */
function bars({ bar, barWidth }, row, y) {
  const scaled = (share) => `transform: translate(${near(bar)}px, ${y}px) scaleX(${share})`;
  const { top, height, inset } = row.twin === null ? BAR : UPPER_BAR;
  const slim = { y: top + inset, height: height - 2 * inset };
  const wide = { y: top, height };
  const width = near(barWidth);
  const hasGhost = row.prior !== null && row.twin === null; // two bars are enough to compare
  return [
    h("rect", { class: "track", x: near(bar), width, y: y + wide.y, height: wide.height, rx: 4 }),
    hasGhost ? h("rect", { class: "ghost", width, ...wide, rx: 3, style: scaled(row.prior) }) : null,
    row.belief === null ? null : h("rect", { class: "bar", width, ...slim, rx: 2, style: scaled(row.belief) }),
    row.mark === "soft" || row.mark === "allowed" ? stripes(bar, barWidth, row.belief ?? 0, y + slim.y) : null,
    ...(row.twin === null ? [] : twinBars({ bar, barWidth }, row, y)),
  ];
}

/** Uncertain evidence differs from certain by stripes, so that colour is never alone. */
function stripes(bar, barWidth, share, y) {
  const lines = [];
  for (let x = 4; x < barWidth * share; x += 7) lines.push(`M${near(bar + x)} ${y}v8`);
  return h("path", { class: "stripes", d: lines.join("") || "M0 0" });
}

function knob({ columns, rowHeight, hasSliders }, row) {
  const x = near(columns.bar + columns.barWidth * row.weight);
  return hasSliders
    ? h("circle", { class: "knob", cx: x, cy: rowHeight / 2, r: 6 })
    : h("path", { class: "tick", d: `M${x} 4V${rowHeight - 4}` });
}

function restTree(node) {
  const y = rowTop(node, node.rows.length) + BASELINE.plain;
  return h("g", { class: "rest" }, [
    h("text", { class: "state", x: CARD.pad, y }, node.rest.text),
    h("text", { class: "number", x: node.columns.number, y }, node.rest.number),
  ]);
}

/** Two shapes and a name for each card: hundreds of them have to be drawn at once. */
function farInside(node) {
  const isNamed = node.level === "far";
  const top = isNamed ? 44 : 16;
  const step = (node.height - top - 10) / node.rows.length;
  const line = (row, place) => {
    const length = near((node.width - 32) * (row.belief ?? 0));
    return length > 0 ? `M16 ${near(top + step * place)}h${length}v${near(step * 0.72)}h-${length}Z` : "";
  };
  return [
    h("path", { class: "bar", d: node.rows.map(line).join("") || "M0 0" }),
    isNamed ? h("text", { class: "heading", x: node.width / 2, y: 33 }, node.heading) : null,
  ];
}

function circleInside(node) {
  const first = node.height / 2 + 5 - 9 * (node.lines.length - 1);
  return node.lines.map((line, index) =>
    h("text", { class: "heading", x: node.width / 2, y: first + 18 * index }, line));
}

function factorInside(node) {
  if (node.level === "dot" || node.level === "far") return [];
  return [
    h("text", { class: "sign", x: node.width / 2, y: 20 }, node.sign),
    node.caption && node.level === "full"
      ? h("text", { class: "caption", x: -9, y: 19 }, node.caption)
      : null,
  ];
}

function problemMark(node) {
  return h("g", { class: "problem-mark", transform: `translate(${node.width - 4} 3)` }, [
    h("title", {}, node.problem),
    h("path", { d: "M0 -10L10 8H-10Z" }),
    h("text", { x: 0, y: 6 }, "!"),
  ]);
}

function conflictMark(node) {
  return h("g", { class: "conflict-mark", transform: `translate(4 3)` }, [
    h("circle", { r: 9 }), h("path", { d: "M-4 -4L4 4M4 -4L-4 4" }),
  ]);
}
