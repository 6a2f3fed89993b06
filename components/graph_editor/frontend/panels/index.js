/** The panels on the right: the inspector, the beliefs as a table, the reasoning. One of them is shown at a time. */

import { createBeliefs } from "./beliefs.js";
import { createInspector } from "./inspector.js";
import { createStudy } from "./study.js";

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 * @returns {{update: (state: object, previous: object) => void, destroy: () => void}}
 */
export function createPanels(store, host, actions) {
  const panels = [createInspector(store, host, actions), createBeliefs(store, host), createStudy(store, host, actions)];
  return {
    update: (state, previous) => panels.forEach((panel) => panel.update(state, previous)),
    destroy: () => panels.forEach((panel) => panel.destroy()),
  };
}
