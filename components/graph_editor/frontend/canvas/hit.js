/** What is under a point of the canvas. Pure: decided from the scene, not from elements. */

import { CARD, KNOBS, boxOf, contains, rowMiddle } from "./geometry.js";

/**
 * @typedef {{part: "empty"}
 *   | {part: "pick", id: string|null}
 *   | {part: "heading"|"handle"|"add_state"|"sliders", id: string}
 *   | {part: "state"|"state_name"|"slider"|"remove_state", id: string, index: number, share: number}} Target
 */

const EMPTY = { part: "empty" };

/**
 * The tools of a node: small buttons on its border, shown on hover and when it is the only one selected.
 * @returns {{part: string, x: number, y: number, index?: number}[]}
 */
export function toolsOf(node) {
  const box = boxOf(node);
  if (node.kind === "factor") return [{ part: "handle", x: box.right + 12, y: node.y }];
  const handle = { part: "handle", x: node.x, y: box.bottom };
  if (node.shape !== "card" || node.level !== "full") return [handle];
  const isMarked = node.evidence !== "none" || node.isSuspended;
  const beside = isMarked ? 28 : 8; // the mark of an observed variable stays free
  const side = { part: "sliders", x: box.right - CARD.pad - beside, y: box.top + 19 };
  const add = { part: "add_state", x: box.left + 24, y: box.bottom };
  const removers = node.canRemoveStates
    ? node.rows.map((row, place) => (
      { part: "remove_state", index: row.index, x: box.left, y: box.top + rowMiddle(node, place) }))
    : [];
  return [handle, add, side, ...removers];
}

/** @param {import("./scene.js").Scene} scene @param {Iterable<object>} lit nodes whose tools are on show */
export function hit(scene, point, lit = []) {
  for (const node of lit) {
    const tool = toolsOf(node).find((one) => Math.hypot(one.x - point.x, one.y - point.y) <= KNOBS.reach);
    if (tool) return { part: tool.part, id: node.id, index: tool.index };
  }
  const node = nodeAt(scene, point);
  return node ? partOf(node, point) : EMPTY;
}

/**
 * What a click means while a view waits for one on a node: that node or nothing, whatever part of it is met.
 * @param {import("./scene.js").Scene} scene @param {(id: string) => boolean} isWanted
 */
export function picked(scene, point, isWanted) {
  const node = nodeAt(scene, point);
  return { part: "pick", id: node && isWanted(node.id) ? node.id : null };
}

/** The uppermost node at a point. */
function nodeAt(scene, point) {
  return scene.nodes.findLast((node) => contains(boxOf(node), point)) ?? null;
}

function partOf(node, point) {
  const { id } = node;
  const canObserve = node.shape === "card" && (node.level === "full" || node.level === "mid");
  const { left, top } = boxOf(node);
  const place = Math.floor((point.y - top - CARD.header) / node.rowHeight);
  if (!canObserve || place < 0 || place >= node.rows.length) return { part: "heading", id };
  const { bar, barWidth } = node.columns;
  const share = Math.min(Math.max((point.x - left - bar) / barWidth, 0), 1);
  const row = { id, index: node.rows[place].index, share };
  if (node.hasSliders && point.x - left > bar - KNOBS.radius) return { part: "slider", ...row };
  const isName = node.level === "full" && point.x - left < bar;
  return { part: isName ? "state_name" : "state", ...row };
}
