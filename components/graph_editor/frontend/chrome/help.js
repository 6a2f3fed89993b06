/** The help sheet: the table of keys in its groups, and what the mouse and fingers do. */

import { h } from "../dom.js";
import { SHORTCUTS, shownKeys } from "../keys.js";
import { createModal } from "./modal.js";

const GESTURES = [
  ["Click a bar", "observe this state; again: take it back"],
  ["Alt + click a bar", "observe “not this state”"],
  ["Double-click the canvas", "add a variable"],
  ["Double-click a name", "rename it"],
  ["Drag a node", "move it, with all that is selected"],
  ["Drag from a node's handle", "connect it to another node"],
  ["Drag the canvas", "move the view"],
  ["Shift + drag the canvas", "select all nodes in the rectangle"],
  ["Wheel, pinch", "larger and smaller"],
  ["Long press on a bar", "observe “not this state” with a finger"],
  ["Drop a file", "open it: JSON, BIF, UAI or a saved web page"],
];

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 */
export function createHelp(store, host, actions) {
  const modal = createModal(host, "help", () => store.state().ui.help && actions.toggleHelp());
  return {
    update({ ui }) {
      if (ui.help) modal.show("Keys and gestures", [sheet()]);
      else modal.hide();
    },
    destroy: modal.destroy,
  };
}

function sheet() {
  const groups = [...new Set(SHORTCUTS.map(({ group }) => group))];
  return h("div", { class: "help-sheet" },
    groups.map((group) => section(group, SHORTCUTS.filter((one) => one.group === group).map(keyRow))),
    section("Mouse and touch", GESTURES.map(([gesture, help]) => row(h("span", {}, gesture), help))),
    h("p", { class: "help-note" }, "On a Mac, ⌘ stands for Ctrl and ⌥ for Alt."));
}

function keyRow(shortcut) {
  return row(shownKeys(shortcut).map((key) => h("kbd", {}, arrowsOf(key))), shortcut.help);
}

function row(keys, help) {
  return h("div", { class: "help-row" }, h("dt", {}, keys), h("dd", {}, help));
}

function section(title, rows) {
  return h("section", {}, h("h3", {}, title), h("dl", {}, rows));
}

function arrowsOf(key) {
  return key.replace("Escape", "Esc").replace("PageDown", "Page ↓").replace("PageUp", "Page ↑");
}
