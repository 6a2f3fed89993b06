/** Everything around the canvas, in one piece. */

import { listenToKeys } from "../keys.js";
import { createDialogs } from "./dialogs.js";
import { createDrop } from "./drop.js";
import { createGallery } from "./gallery.js";
import { createHelp } from "./help.js";
import { createLessonLink } from "./lesson_link.js";
import { createLessonStrip } from "./lesson_strip.js";
import { createPredict } from "./predict.js";
import { createStatusStrip } from "./status_strip.js";
import { createToast } from "./toast.js";
import { createTopbar } from "./topbar.js";
import { createTour } from "./tour.js";

/**
 * @param {object} store
 * @param {HTMLElement} root the page's root, `.mbml`
 * @param {{top: HTMLElement, left: HTMLElement, status: HTMLElement, over: HTMLElement}} hosts
 * @param {object} actions
 * @returns {{update(state: object, previous: object): void, destroy(): void}}
 */
export function createChrome(store, root, hosts, actions) {
  const parts = [
    createTopbar(store, hosts.top, actions),
    createGallery(store, hosts.left, actions),
    createLessonStrip(store, hosts.status, actions),
    createStatusStrip(store, hosts.status, actions),
    createTour(store, hosts.status, actions),
    createToast(store, hosts.status),
    createHelp(store, hosts.over, actions),
    createDialogs(store, hosts.over, actions),
    createPredict(store, hosts.over, actions),
    createLessonLink(root, actions),
  ];
  const drop = createDrop(root, hosts.over, actions);
  const stopKeys = listenToKeys(store, root, actions);
  return {
    update(state, previous) {
      for (const part of parts) part.update(state, previous);
    },
    destroy() {
      stopKeys();
      drop.destroy();
      for (const part of parts) part.destroy();
    },
  };
}
