/** A dialog over the page. The browser's own element keeps the focus inside and gives it back afterwards. */

import { h, patch } from "../dom.js";
import { iconButton } from "./button.js";

/**
 * @param {HTMLElement} host
 * @param {string} name of its look
 * @param {() => void} close
 * @returns {{show(title: string, content: Node[]): void, hide(): void, destroy(): void}}
 */
export function createModal(host, name, close) {
  const element = h("dialog", { class: `modal ${name}`, onCancel: close, onClose: close, onClick: closeOutside });
  host.append(element);

  function closeOutside(event) {
    if (event.target === element) close(); // what is inside covers the element, so this is the veil around it
  }

  return {
    show(title, content) {
      element.setAttribute("aria-label", title);
      patch(element, h("div", { class: "modal-body" },
        h("header", {}, h("h2", {}, title), iconButton({ name: "Close", image: "close", run: close })), content));
      if (!element.open) element.showModal();
    },
    hide() {
      if (element.open) element.close();
    },
    destroy: () => element.remove(),
  };
}
