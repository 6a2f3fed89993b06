/** A link may name a sample and a step: both are opened once the page has found what it begins with. */

import { linkIn, placeIn } from "../link.js";

/**
 * @param {HTMLElement} root of the page
 * @param {object} actions
 * @returns {{update(state: object): void, destroy(): void}}
 */
export function createLessonLink(root, actions) {
  const view = root.ownerDocument.defaultView;
  let wanted = null; // {sample, step} that is still to be opened
  let hasBegun = false;
  let last = null;

  function begin() {
    wanted = placeIn(view.location);
    if (wanted.sample || wanted.step) actions.setTour(0); // whoever follows a link came for the lesson
    if (last) open(last);
  }

  function open(state) {
    const { lesson } = state.sections;
    if (!wanted || state.pending.length > 0) return;
    const { sample, step } = wanted;
    if (sample && !isOf(lesson, sample)) {
      wanted = { sample: null, step };
      if (state.sections.gallery?.some((one) => one.sample === sample)) actions.openSample(sample);
      else actions.toast("The link names a sample that is not here.", "bad");
      return;
    }
    wanted = null;
    if (step > 0 && lesson?.steps.length) actions.openStep(Math.min(step, lesson.steps.length) - 1);
  }

  /** A link that is followed on the open page. One to another drawing needs a page of its own. */
  function onHash() {
    if (hasBegun && linkIn(view.location) === null) begin();
  }

  view.addEventListener("hashchange", onHash);
  return {
    update(state) {
      last = state;
      if (!hasBegun && root.dataset.ready === "true") {
        hasBegun = true;
        begin();
      } else open(state);
    },
    destroy: () => view.removeEventListener("hashchange", onHash),
  };
}

const isOf = (lesson, sample) => lesson?.sample === sample && !lesson.own;
