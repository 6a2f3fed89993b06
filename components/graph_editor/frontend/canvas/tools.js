/** What appears for a moment only: tools on a node, guides, rubber band, a new edge, changes of beliefs. */

import { changeText } from "../text.js";
import { arrowHead, borderPoint, boxBetween, boxOf, near, overlaps, rowMiddle } from "./geometry.js";
import { toolsOf } from "./hit.js";
import { h } from "./svg.js";

/** Smaller changes than this are noise to the eye. */
const LEAST_CHANGE = 0.005;

const PICTURES = new Map([
  ["handle", { d: "M0 -3.5V3.5M-3.5 0L0 3.5L3.5 0", r: 9 }],
  ["add_state", { d: "M-4 0H4M0 -4V4", r: 9 }],
  ["remove_state", { d: "M-2.5 -2.5L2.5 2.5M2.5 -2.5L-2.5 2.5", r: 7 }],
  ["sliders", { d: "M-6 -3H6M-6 3H6M-2 -5.5V-0.5M3 0.5V5.5", r: 9 }],
]);

/** The tools of the lit nodes, and the port numbers of lit factors, for the layer above all nodes. */
export function toolItems(lit, scene) {
  return lit.map((node) => ({
    key: node.id,
    tree: h("g", { class: `tools ${node.kind}`, "aria-hidden": "true" }, [
      ...toolsOf(node).map(toolTree),
      ...(node.kind === "factor" ? portTrees(node, scene) : []),
    ]),
  }));
}

function toolTree({ part, x, y, index }) {
  const { d, r } = PICTURES.get(part);
  const place = { transform: `translate(${near(x)} ${near(y)})` };
  return h("g", { class: `tool ${part}`, ...place, "data-tool": part, "data-index": index }, [
    h("circle", { r }), h("path", { d }),
  ]);
}

function portTrees(factor, scene) {
  return scene.edges.filter((edge) => edge.factor === factor.id).map((edge) => (
    h("g", { class: "port", transform: `translate(${edge.label.x} ${edge.label.y})` }, [
      h("circle", { r: 8 }), h("text", { y: 4.3 }, `${edge.port + 1}`),
    ])));
}

/** A dashed arrow from a node to the pointer. */
export function linkTree(node, point) {
  const from = borderPoint(node, point);
  const length = Math.hypot(point.x - from.x, point.y - from.y) || 1;
  const tip = { ...point, nx: (from.x - point.x) / length, ny: (from.y - point.y) / length };
  return h("g", { class: "link" }, [
    h("path", { class: "line", d: `M${near(from.x)} ${near(from.y)}L${near(point.x)} ${near(point.y)}` }),
    h("path", { class: "arrow", d: arrowHead(tip) }),
  ]);
}

/** A rectangle being drawn around nodes. */
export function bandTree(from, to) {
  const { left, top, right, bottom } = boxBetween(from, to);
  return h("rect", { class: "band", x: left, y: top, width: right - left, height: bottom - top });
}

/** The centre lines that a dragged node has met, across the box in sight. */
export function guideTrees({ x, y }, { left, top, right, bottom }) {
  return [
    x === null ? null : h("path", { class: "guide", d: `M${x} ${top}V${bottom}` }),
    y === null ? null : h("path", { class: "guide", d: `M${left} ${y}H${right}` }),
  ].filter(Boolean);
}

/** How far beliefs moved, as small labels on the right border of the rows within `sight`. */
export function changeItems(scene, changed, sight, serial) {
  if (scene.level !== "full") return [];
  return [...changed].flatMap(([id, deltas]) => {
    const node = scene.byId.get(id);
    const rows = node?.shape === "card" && overlaps(boxOf(node), sight) ? node.rows : [];
    return rows.flatMap((row, place) => changeOf(node, row, place, deltas, serial));
  });
}

function changeOf(node, row, place, deltas, serial) {
  const delta = deltas[row.index] ?? 0;
  if (Math.abs(delta) < LEAST_CHANGE) return [];
  const { right, top } = boxOf(node);
  const at = `translate(${near(right)} ${near(top + rowMiddle(node, place))})`;
  return [{
    key: `${serial} ${row.index} ${node.id}`,
    tree: h("g", { class: delta > 0 ? "change up" : "change down", transform: at, "aria-hidden": "true" }, [
      h("rect", { x: -9, y: -10, width: 43, height: 20, rx: 10 }),
      h("text", { x: 12.5, y: 4.5 }, changeText(delta)),
    ]),
  }];
}
