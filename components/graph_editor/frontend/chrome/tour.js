/** Three steps for whoever sees the page for the first time. It stands aside and can be sent away for ever. */

import { h } from "../dom.js";
import { label } from "../document.js";
import { visible } from "../text.js";
import { iconButton } from "./button.js";
import { createPart } from "./part.js";

const SEEN = "mbml.tour";

/**
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 * @param {Storage} [storage] where it is remembered that the tour was seen
 */
export function createTour(store, host, actions, storage = localStorageOf(host)) {
  const frame = host.appendChild(h("div", { class: "tour-frame" }));
  const end = () => {
    remember(storage);
    store.setUi({ tour: 0, highlight: new Set() });
  };
  const go = (step) => {
    const aim = step === 2 ? firstObservation(store.state()) : null;
    store.setUi({ tour: step, highlight: new Set(aim ? [aim.id] : []) });
  };
  const inputs = ({ ui, sections, drawing }) => [ui.tour, ui.presenter, sections.lesson, drawing.variables];
  const isShown = ({ ui }) => ui.tour > 0 && !ui.presenter;
  const part = createPart(frame, inputs, (state) => isShown(state) && card(state, go, end));
  return {
    update(state, previous) {
      const hasObserved = previous && state.drawing.observed.size > previous.drawing.observed.size;
      if (state.ui.tour === 2 && hasObserved) go(3);
      part.update(state);
    },
    destroy() {
      frame.remove();
    },
  };
}

/** @returns {boolean} whether the tour was sent away in this browser */
export function isTourSeen(storage) {
  try {
    return storage.getItem(SEEN) !== null;
  } catch {
    return false; // a browser that keeps nothing shows the tour each time
  }
}

function remember(storage) {
  try {
    storage.setItem(SEEN, "seen");
  } catch {
    // Nothing is kept here; the tour only comes again.
  }
}

/** @returns {Storage | null} null where the browser's settings forbid it */
export function localStorageOf(host) {
  try {
    return host.ownerDocument.defaultView.localStorage;
  } catch {
    return null;
  }
}

/** What the first suggestion of the lesson observes, as {id, name, state}. */
function firstObservation({ sections, drawing }) {
  const [id, observation] = sections.lesson?.suggestions[0]?.evidence[0] ?? [];
  const variable = drawing.variables.get(id);
  if (!variable || !observation.state) return null;
  return { id, name: visible(label(variable)), state: visible(observation.state) };
}

const STEPS = [
  () => ["Draw", "A round card is a variable, a square is a factor: it says how probable states are together. "
    + "Drag from a card's handle to connect it."],
  (aim) => ["Observe", aim
    ? `Say what you saw: click the bar beside “${aim.state}” on ${aim.name}.`
    : "Say what you saw: click the bar beside a state."],
  () => ["Watch", "Every other belief has moved. Click the bar again to take it back; undo takes back anything."],
];

function card(state, go, end) {
  const { tour } = state.ui;
  const [title, text] = STEPS[tour - 1](firstObservation(state));
  const isLast = tour === STEPS.length;
  return h("section", { class: "tour", "aria-label": "A first tour" },
    iconButton({ name: "Never show this again", image: "close", class: "tool tour-close", run: end }),
    h("h3", {}, title),
    h("p", { role: "status" }, text),
    h("footer", {},
      h("span", { class: "tour-dots", role: "img", "aria-label": `Step ${tour} of ${STEPS.length}` },
        STEPS.map((_, index) => h("i", { class: index < tour ? "done" : "" }))),
      h("button", {
        type: "button", class: "tool labelled primary", onClick: () => (isLast ? end() : go(tour + 1)),
      }, isLast ? "Done" : "Next")));
}
