/** The verbs that observe and take back. */

import { planObserve } from "./plan.js";

/** @returns {number} which suggestion's observations are exactly the present ones, -1 if none */
export function activeSuggestion(lesson, observed) {
  return lesson ? lesson.suggestions.findIndex(({ evidence }) => isObserved(evidence, observed)) : -1;
}

/**
 * Whether exactly these observations hold.
 * @param {[string, object][]} evidence
 * @param {Map<string, object>} observed
 * @returns {boolean}
 */
export function isObserved(evidence, observed) {
  return evidence.length === observed.size && evidence.every(([id, seen]) => isSame(observed.get(id), seen));
}

/** @returns {boolean} whether two observations say the same */
export function isSame(one, other) {
  return one !== undefined && JSON.stringify(Object.entries(one)) === JSON.stringify(Object.entries(other));
}

/** @returns {object} verbs */
export function evidenceVerbs({ store, dispatch, decide, toast }) {
  const suggest = (index) => {
    const suggestion = store.state().sections.lesson?.suggestions[index];
    if (!suggestion) return false;
    dispatch({ type: "observe_all", evidence: suggestion.evidence });
    store.setUi({ highlight: new Set(suggestion.look_at) });
    return true;
  };
  return {
    observe: (id, observation) => dispatch({ type: "observe", id, observation }),
    retract: (ids) => dispatch({ type: "retract", ids }),
    suspend: (ids) => dispatch({ type: "suspend", ids }),
    resume: (ids) => dispatch({ type: "resume", ids }),
    suggest,
    stepSuggestion(step) {
      const { drawing, sections } = store.state();
      const active = activeSuggestion(sections.lesson, drawing.observed);
      return suggest(active < 0 && step < 0 ? (sections.lesson?.suggestions.length ?? 0) - 1 : active + step);
    },
    retractAll() {
      const { observed, suspended } = store.state().drawing;
      if (observed.size + suspended.size === 0) return toast("Nothing is observed.");
      dispatch({ type: "observe_all", evidence: [] });
      return store.setUi({ highlight: new Set() });
    },
    observeNth(index, isNot = false) {
      const { drawing, ui } = store.state();
      const plan = (present) => planObserve(present, ui.focus, index, isNot);
      if (plan(drawing) === null) return false;
      decide(plan);
      return true;
    },
    retractFocused() {
      const { focus } = store.state().ui;
      decide(({ observed, suspended }) => (
        observed.has(focus) || suspended.has(focus) ? { type: "retract", ids: [focus] } : null));
    },
    setMethod: (method) => dispatch({ type: "set_method", method }),
  };
}
