/** A file dragged over the page is opened where it is dropped. */

import { h, patch } from "../dom.js";

/**
 * @param {HTMLElement} root of the page
 * @param {HTMLElement} host of the veil
 * @param {object} actions
 * @returns {{destroy(): void}}
 */
export function createDrop(root, host, actions) {
  const frame = host.appendChild(h("div", { class: "drop-frame" }));
  let depth = 0; // entering a child comes before leaving its parent
  const show = (next) => {
    depth = Math.max(next, 0);
    patch(frame, depth > 0 && h("div", { class: "drop-veil" }, h("p", {}, "Drop to open this file")));
  };
  const handlers = new Map([
    ["dragenter", () => show(depth + 1)],
    ["dragleave", () => show(depth - 1)],
    ["dragover", (event) => event.preventDefault()],
    ["drop", (event) => {
      event.preventDefault();
      show(0);
      const [file] = event.dataTransfer.files;
      if (file) actions.openFile(file);
    }],
  ]);
  const listener = (event) => carriesFile(event) && handlers.get(event.type)(event);
  for (const type of handlers.keys()) root.addEventListener(type, listener);
  return {
    destroy() {
      for (const type of handlers.keys()) root.removeEventListener(type, listener);
      frame.remove();
    },
  };
}

function carriesFile(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}
