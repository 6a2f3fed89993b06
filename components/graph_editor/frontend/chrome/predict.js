/**
 * Predict first: an observation is made, but the bars stay as they were until the student has said what they will
 * show. Then the miss is told.
 */

import { isSame } from "../actions/evidence.js";
import { label } from "../document.js";
import { h, patch } from "../dom.js";
import { createQuestion } from "../study/question.js";
import { statePicker, variablePicker } from "../study/parts.js";
import { probabilityText, visible } from "../text.js";
import { iconButton } from "./button.js";
import { observationText } from "./chips.js";

const DIRECTIONS = [["up", "↑ up"], ["down", "↓ down"], ["same", "= the same"]];

/**
 * Its listener stands before the page's own, so that no new bar is ever drawn before it is held back.
 * @param {object} store
 * @param {HTMLElement} host
 * @param {object} actions
 */
export function createPredict(store, host, actions) {
  const frame = host.appendChild(h("div", { class: "predict-frame" }));
  const scoring = createQuestion(store, "predict", () => redraw());
  let held = null; // {before, observed, overlay, target, state, bars, isShown}
  let misses = []; // bits of each prediction of distributions
  let drawn = null; // the overlay that was set here last
  let back = null; // what had the focus

  const stop = store.subscribe(watch);

  function watch(state, previous) {
    if (held) follow(state, previous);
    if (!held && state.ui.predict && gained(state, previous).length > 0) hold(state, previous);
  }

  function hold(state, previous) {
    const { told } = state.ui;
    store.setUi({ told: null });
    if (told && isAlike(told, state.drawing.observed)) return;
    const before = new Map(previous.sections.beliefs?.values ?? []);
    if (state.sections.beliefs?.stale || open(state, before).length === 0) return;
    held = {
      before, observed: previous.drawing.observed, variables: state.drawing.variables, given: state.ui.overlay,
      overlay: overlayOf(state, before), target: null, state: null, bars: null, isShown: false,
    };
    draw(held.overlay);
    scoring.clear();
    back = host.getRootNode().activeElement;
  }

  /** The bars stay held whatever a study view draws meanwhile; there is nothing to predict once all is taken back. */
  function follow(state, previous) {
    const { drawing, ui } = state;
    const isNext = held.isShown && drawing.observed !== previous.drawing.observed;
    if (isNext || isOver(state)) return release();
    if (drawing.observed !== previous.drawing.observed) held.overlay = overlayOf(state, held.before);
    if (!held.isShown && ui.overlay !== held.overlay) {
      if (ui.overlay !== drawn) held.given = ui.overlay;
      draw(held.overlay);
    }
    return undefined;
  }

  function isOver(state) {
    const { drawing, sections, ui } = state;
    const isSameDrawing = drawing.variables === held.variables && !sections.beliefs?.stale;
    return !ui.predict || !isSameDrawing || isAlike(drawing.observed, held.observed)
      || open(state, held.before).length === 0;
  }

  function draw(overlay) {
    drawn = overlay;
    store.setUi({ overlay });
  }

  function show() {
    if (!held.isShown) draw(held.given);
    held.isShown = true;
  }

  function release() {
    const { isShown, given } = held;
    held = null;
    scoring.clear();
    if (!isShown) draw(given);
    redraw();
    if (back?.isConnected) back.focus({ preventScroll: true });
  }

  async function predict(prediction) {
    const { target, observed } = asked(store.state());
    const mine = held.before;
    await scoring.ask({ target, prediction, evidence: [...observed] });
    if (held?.before !== mine || !scoring.now.reply) return;
    const { miss } = scoring.now.reply;
    if (miss) misses = [...misses, miss.bits];
    show();
    redraw();
    frame.querySelector(".predict-end")?.focus();
  }

  /** What is asked: the variable that was chosen, else the one that says most. */
  function asked(state) {
    const offered = open(state, held.before);
    const target = offered.includes(held.target) ? held.target : bestTarget(state, held.before, offered);
    const { states } = state.drawing.variables.get(target);
    const named = states.includes(held.state) ? held.state : states.at(-1);
    return { ...held, target, state: named, bars: held.bars ?? held.before.get(target) };
  }

  function choose(changes) {
    held = { ...held, ...changes };
    redraw();
  }

  function redraw() {
    if (!held) return patch(frame);
    const isNew = !frame.firstChild;
    patch(frame, card(store.state(), asked(store.state()), scoring.now, misses, {
      choose, predict, skip: release, chooseBar: (target, bars) => choose({ target, bars }),
    }));
    if (isNew) frame.querySelector("input")?.focus();
    return undefined;
  }

  return {
    update(state, previous) {
      const isTouched = state.drawing !== previous?.drawing || state.sections.beliefs !== previous?.sections.beliefs;
      if (held ? isTouched || !frame.firstChild : frame.firstChild) redraw();
    },
    destroy() {
      stop();
      frame.remove();
    },
  };
}

/** The bars as they were, but for what is observed: that is known. */
function overlayOf({ drawing }, before) {
  return { beliefs: new Map([...before].filter(([id]) => !drawing.observed.has(id))) };
}

/** What is newly observed of the same drawing. */
function gained({ drawing }, previous) {
  if (drawing.observed === previous.drawing.observed || drawing.variables !== previous.drawing.variables) return [];
  return [...drawing.observed].filter(([id, seen]) => !isSame(seen, previous.drawing.observed.get(id) ?? {}));
}

function isAlike(one, other) {
  return one.size === other.size && [...one].every(([id, seen]) => other.has(id) && isSame(seen, other.get(id)));
}

/** Variables whose belief can be predicted: not observed, of two states or more. */
function open({ drawing }, before) {
  return [...drawing.variables.values()]
    .filter(({ id, states }) => !drawing.observed.has(id) && before.get(id)?.length === states.length
      && states.length > 1)
    .map(({ id }) => id);
}

/** The selected one, else the one the lesson looks at, else the one that moves most. */
function bestTarget({ ui, sections }, before, offered) {
  const named = [...ui.selection, ...ui.highlight].find((id) => offered.includes(id));
  const now = new Map(sections.beliefs?.values ?? []);
  const move = (id) => Math.max(...before.get(id).map((p, state) => Math.abs(p - (now.get(id)?.[state] ?? p))));
  return named ?? offered.reduce((best, id) => (move(id) > move(best) ? id : best));
}

/**
 * The bars after one of them is dragged: the others share the rest as they did before.
 * @param {number[]} bars
 * @param {number} state
 * @param {number} share
 * @returns {number[]}
 */
export function dragged(bars, state, share) {
  const rest = bars.reduce((sum, p, other) => (other === state ? sum : sum + p), 0);
  const part = (p) => (rest > 0 ? (p / rest) * (1 - share) : (1 - share) / (bars.length - 1));
  return bars.map((p, other) => (other === state ? share : part(p)));
}

function card(state, now, { reply, refusal }, misses, { choose, predict, skip, chooseBar }) {
  const variable = state.drawing.variables.get(now.target);
  const offered = open(state, now.before);
  const onKeydown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    skip();
  };
  return h("section", {
    key: "card", class: "predict", role: "dialog", "aria-label": "Predict first", "data-held": String(!now.isShown),
    onKeydown,
  },
  h("header", { class: "predict-head" }, h("h2", {}, "Predict first"),
    iconButton({ name: "Skip this prediction", image: "close", run: skip })),
  h("p", { class: "predict-seen" }, "You see ", h("b", {}, seenText(state, now.observed)), ". What follows?"),
  now.isShown ? result(reply, variable, misses, skip) : [
    variablePicker(state, now.target, (target) => choose({ target, bars: null, state: null }), {
      caption: "About", only: (id) => offered.includes(id),
    }),
    bars(variable, now, chooseBar, predict),
    directions(variable, now, choose, predict),
    refusal && h("p", { class: "lesson-wrong", role: "status" }, visible(refusal)),
    h("button", { key: "skip", type: "button", class: "lesson-quiet", onClick: skip }, "Just show it"),
  ]);
}

function seenText({ drawing }, before) {
  const fresh = [...drawing.observed].filter(([id, seen]) => !isSame(seen, before.get(id) ?? {}));
  const shown = fresh.map(([id, seen]) => `${visible(label(drawing.variables.get(id)))} ${observationText(seen)}`);
  return shown.join(", ");
}

function bars({ states }, now, chooseBar, predict) {
  const before = now.before.get(now.target);
  const submit = (event) => {
    event.preventDefault();
    predict({ probabilities: now.bars });
  };
  return h("form", { key: "bars", class: "predict-bars", onSubmit: submit },
    states.map((state, index) => h("label", { key: String(index), class: "predict-bar" },
      h("span", {}, visible(state)),
      h("input", {
        type: "range", min: "0", max: "1", step: "0.01", value: String(Math.round(now.bars[index] * 100) / 100),
        onInput: ({ target }) => chooseBar(now.target, dragged(now.bars, index, Number(target.value))),
      }),
      h("output", {}, now.bars[index].toFixed(2)),
      h("small", {}, `was ${probabilityText(before[index])}`))),
    h("button", { type: "submit", class: "tool labelled primary" }, "Reveal"));
}

function directions(variable, now, choose, predict) {
  return h("fieldset", { key: "directions", class: "predict-directions" },
    h("legend", {}, "Or only say where it goes"),
    statePicker(variable, now.state, (state) => choose({ state })),
    h("div", { class: "predict-ways" }, DIRECTIONS.map(([direction, text]) => h("button", {
      type: "button", key: direction, class: "tool labelled",
      onClick: () => predict({ state: now.state, direction }),
    }, text))));
}

function result(reply, variable, misses, skip) {
  const mean = misses.reduce((sum, bits) => sum + bits, 0) / misses.length;
  return [
    h("div", { key: "result", class: "predict-result", role: "status" },
      h("p", { class: reply.is_right ? "lesson-right" : "lesson-wrong" }, h("b", {}, visible(reply.verdict))),
      h("p", {}, visible(reply.number))),
    misses.length > 1 && h("p", { key: "mean", class: "predict-mean" },
      `${misses.length} predictions, ${mean.toFixed(2)} bits missed on average.`),
    h("button", {
      key: "end", type: "button", class: "tool labelled primary predict-end", onClick: skip,
    }, "Go on"),
  ];
}
