/**
 * What views about one belief have in common: which variable and state it is about, and when to ask again.
 *
 * The variable is the selected one unless another is chosen; where none is, or it is observed itself, Python takes
 * the one that moved most.
 */

import { h } from "../dom.js";
import { isOther, momentOf } from "./moment.js";
import { selectedVariable, statePicker, variablePicker } from "./parts.js";

/**
 * @param {object} study  as panels/study.js gives it to views
 * @param {string} about  the question
 * @param {() => void} answered  called after every answer
 * @param {(state: object) => object} [more]  further fields of the question
 */
export function createClaim(study, about, answered, more = () => ({})) {
  const question = study.question(about);
  let target = null;
  let state = null;
  let isPicked = false; // by hand; a target that was selected gives way when it is observed itself
  let selection = null;
  let moment = null;

  function ask() {
    const now = study.store.state();
    if (!now.drawing.variables.has(target) || (!isPicked && isKnown(now.drawing, target))) target = null;
    const known = target === null ? {} : { target, state: stateOf(now, target, state) };
    question.ask({ ...known, ...more(now) }).then(answered);
  }

  function choose(nextTarget, nextState) {
    target = nextTarget;
    state = nextState;
    isPicked = true;
    ask();
  }

  return {
    question,
    ask,
    /** To be called after every change of the page's state. */
    follow(now) {
      const isReselected = selection !== now.ui.selection;
      selection = now.ui.selection;
      const selected = isReselected ? selectedVariable(now) : null;
      const isAnother = selected !== null && selected !== target && !isKnown(now.drawing, selected);
      if (isAnother) [target, state, isPicked] = [selected, null, false];
      const nowMoment = momentOf(now);
      if (!isOther(moment, nowMoment) && !isAnother) return;
      moment = nowMoment;
      ask();
    },
    /** The two choices, showing what the answer is about. */
    pickers(now) {
      const claim = question.now.reply?.claim;
      const id = now.drawing.variables.has(target) ? target : claim?.variable;
      const variable = now.drawing.variables.get(id);
      if (!variable) return null;
      const shown = stateOf(now, id, state) ?? (claim?.variable === id ? claim.state : null);
      return h("div", { class: "study-claim", key: "claim" },
        variablePicker(now, id, (chosen) => choose(chosen, null), { caption: "Belief in" }),
        statePicker(variable, shown, (chosen) => choose(id, chosen), { caption: "being" }));
    },
  };
}

/** Whether a variable is observed in one state. */
function isKnown({ observed }, id) {
  const observation = observed.get(id);
  return observation !== undefined && "state" in observation;
}

function stateOf({ drawing }, id, state) {
  return drawing.variables.get(id)?.states.includes(state) ? state : null;
}
