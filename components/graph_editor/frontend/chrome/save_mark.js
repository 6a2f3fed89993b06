/** Whether what is drawn would survive closing the window. */

import { h } from "../dom.js";

const MARKS = new Map([
  ["saved", ["Saved", "This drawing is kept in this browser. Save it as a file to keep it elsewhere too."]],
  ["saving", ["Saving…", "This drawing is being kept in this browser."]],
  ["unsaved", ["Not saved", "This browser keeps nothing for this page: save a file before you leave."]],
  ["conflict", ["Open twice", "Another window changes the same drawing: what is kept is the change made last."]],
]);

const LOST = ["No connection", "mbml does not answer. What you draw is kept here and sent as soon as it does."];

/**
 * @param {string} save "saved", "saving", "unsaved" or "conflict"
 * @param {boolean} isConnected whether Python answers
 * @returns {HTMLElement}
 */
export function saveMark(save, isConnected) {
  const [text, where] = isConnected ? MARKS.get(save) : LOST;
  return h("span", {
    class: "save-mark", "data-save": isConnected ? save : "unsaved", role: "status", title: where,
    "aria-description": where,
  }, text);
}
