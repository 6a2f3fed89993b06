/** The panels on the right: the inspector, and the beliefs as a table. One of them is shown at a time. */

import { createBeliefs } from "./beliefs.js";
import { createInspector } from "./inspector.js";

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 * @returns {{update: (state: object, previous: object) => void, destroy: () => void}}
 */
export function createPanels(store, host, actions) {
  const panels = [createInspector(store, host, actions), createBeliefs(store, host)];
  return {
    update: (state, previous) => panels.forEach((panel) => panel.update(state, previous)),
    destroy: () => panels.forEach((panel) => panel.destroy()),
  };
}
