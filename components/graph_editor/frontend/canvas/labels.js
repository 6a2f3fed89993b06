/** Short texts in a frame: the notes of nodes and edges, and the titles of groups. */

import { clipped, visible } from "../text.js";

export const LABEL = { height: 22, font: "650 13px system-ui", widest: 190 };
/** Mean width of a character of a label, of one of East Asian scripts or an emoji, and the room beside the text. */
const WIDTHS = { character: 8, wide: 13.5, pad: 20 };
/** A note begins this far to the left of its card. */
const BESIDE = 10;
const WIDE = /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\u{1f000}-\u{3fffd}]/u;

/** @param {string} text @returns {{text: string, width: number, height: number}} as much of it as a label shows */
export function labelOf(text) {
  const shown = clipped(visible(text), LABEL.widest - WIDTHS.pad, LABEL.font);
  return { text: shown, width: Math.min(labelWidth(shown), LABEL.widest), height: LABEL.height };
}

/** How wide its frame is. Estimated: to ask the browser costs more than the label. */
function labelWidth(text) {
  const widths = Array.from(text, (char) => (WIDE.test(char) ? WIDTHS.wide : WIDTHS.character));
  return Math.round(widths.reduce((sum, width) => sum + width, WIDTHS.pad));
}

/**
 * The note of a node, and its middle seen from the middle of the node: on the upper border; on the lower one of a
 * node that is cut off from what comes from above; beside a factor.
 * @param {string} note @param {{kind: string, width: number, height: number, shape: string, look: string}} node
 * @returns {object|null} null where there is nothing to say
 */
export function nodeNote(note, { kind, width, height, shape, look }) {
  if (!note) return null;
  const made = labelOf(note);
  if (kind === "factor") return { ...made, x: width / 2 + 10 + made.width / 2, y: 0 };
  const x = shape === "circle" ? 0 : (made.width - width) / 2 - BESIDE; // edges mostly come in the middle
  const out = (height + LABEL.height) / 2 - 5;
  return { ...made, x, y: look === "cut" ? out : -out };
}

/** What is read out of a node, with its note. */
export function withNote(aria, note) {
  return note ? `${aria}; ${visible(note)}` : aria;
}
