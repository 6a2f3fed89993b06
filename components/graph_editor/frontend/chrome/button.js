/** Buttons with an icon, their tooltip and their key. */

import { h } from "../dom.js";
import { keyFor } from "../keys.js";
import { icon } from "./icons.js";

/**
 * @param {object} wanted `name`: what it does, in words; `image`: its icon; `text`: shown beside the icon;
 *   `verb`: for the key in the tooltip; `run`; further props of the element
 * @returns {HTMLElement}
 */
export function iconButton({ name, image, text = "", verb = "", run, ...props }) {
  const key = keyFor(verb);
  return h("button", {
    type: "button", class: text ? "tool labelled" : "tool",
    "aria-label": name, title: key ? `${name} (${key})` : name,
    "aria-keyshortcuts": key ? key.replace("Ctrl", "Control") : null, onClick: run, ...props,
  }, image && icon(image), text && h("span", {}, text));
}
