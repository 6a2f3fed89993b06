/**
 * How the parts of a reasoning look on the drawing. Colour is never alone: no two looks of a kind share line width,
 * dashes and mark. Widths and dashes are in canvas units; `tint` names a colour of the theme.
 *
 * @typedef {{tint: string, width: number, dash?: string, hasHalo?: boolean, isFaded?: boolean,
 *   mark?: "stop"|"slash"|"chevron"}} Look
 */

/** The colours that a look may have. */
export const TINTS = ["accent", "observed", "good", "warn", "bad", "soft"];

/** @type {Map<string, Look>} */
export const EDGE_LOOKS = new Map([
  ["flow", { tint: "accent", width: 2.4 }],
  ["current", { tint: "accent", width: 5, mark: "chevron" }],
  ["input", { tint: "accent", width: 3, dash: "7 5" }],
  ["glow", { tint: "good", width: 3.2, hasHalo: true }],
  ["blocked", { tint: "bad", width: 2.4, dash: "3 5", mark: "stop" }],
  ["cut", { tint: "bad", width: 2.4, mark: "slash" }],
  ["loop", { tint: "warn", width: 3.8, dash: "10 5", hasHalo: true }],
  ["dim", { tint: "soft", width: 1.4, isFaded: true }],
]);

/** @type {Map<string, Look>} */
export const NODE_LOOKS = new Map([
  ["target", { tint: "accent", width: 4.5 }],
  ["source", { tint: "accent", width: 4, dash: "1 8" }],
  ["path", { tint: "good", width: 3, hasHalo: true }],
  ["blocker", { tint: "bad", width: 4.5, mark: "stop" }],
  ["blanket", { tint: "good", width: 3.5, dash: "16 6" }],
  ["loop", { tint: "warn", width: 3.5, dash: "10 5", hasHalo: true }],
  ["current", { tint: "accent", width: 3.5, hasHalo: true }],
  ["eliminated", { tint: "soft", width: 2.5, dash: "3 6", isFaded: true }],
  ["cut", { tint: "bad", width: 3, dash: "8 5", mark: "slash" }],
  ["dim", { tint: "soft", width: 0, isFaded: true }],
]);

/** @type {Map<string, Look>} */
export const LINK_LOOKS = new Map([
  ["moral", { tint: "good", width: 3.6, dash: "1 8" }],
  ["fill", { tint: "warn", width: 3, dash: "11 7" }],
]);

/** What a pointer that rests on a link is told. */
export const LINK_TITLES = new Map([
  ["moral", "Both stand in one factor"],
  ["fill", "Fill-in: joined when a variable between them was summed out"],
]);

/** Cliques overlap: neighbours in the list differ in tint, dashes and distance from their nodes. @type {Look[]} */
export const CLIQUE_LOOKS = [
  { tint: "good", width: 2 },
  { tint: "observed", width: 2.4, dash: "9 5" },
  { tint: "soft", width: 2.2, dash: "2 5" },
  { tint: "warn", width: 2.2, dash: "14 4 2 4" },
];

/** @type {Look} */
export const CURRENT_GROUP = { tint: "accent", width: 4.5 };
