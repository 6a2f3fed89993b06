/** A part of the page that is drawn again only when what it shows has changed. */

import { patch } from "../dom.js";

/**
 * @param {HTMLElement} host
 * @param {(state: object) => unknown[]} inputs everything of the state that the view reads
 * @param {(state: object) => (Node|null|Array)} view
 * @returns {{update(state: object): boolean, destroy(): void}} `update` tells whether it has drawn
 */
export function createPart(host, inputs, view) {
  let last = null;
  return {
    update(state) {
      const now = inputs(state);
      if (last && now.every((value, index) => value === last[index])) return false;
      last = now;
      patch(host, view(state));
      return true;
    },
    destroy() {
      patch(host);
    },
  };
}
