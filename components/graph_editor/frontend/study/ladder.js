/** The posterior ladder: how a belief moves with one observation after another, in any order. */

import { h } from "../dom.js";
import { button, draggable, grip, moveButtons, moved, section } from "../panels/parts.js";
import { visible } from "../text.js";
import { createClaim } from "./claim.js";
import { progressBar, refusalLine } from "./parts.js";

const SAME_END = "Every order ends at the same place; only the steps differ.";
/** Milliseconds between two rungs of a replay. */
const PACE = 1100;

export const ladderView = {
  name: "ladder",
  title: "Posterior ladder",
  hint: "A belief after each observation.",
  create: createLadder,
};

function createLadder(study) {
  let order = [];
  let at = null; // the rung that is shown on the drawing; null for the present beliefs
  let timer = null;
  const claim = createClaim(study, "ladder", show, ({ drawing }) => {
    order = kept(order, drawing.observed);
    return { order };
  });

  function show() {
    const rung = at === null ? null : claim.question.now.reply?.rungs[at];
    study.overlay(rung?.beliefs ? overlayOf(rung, claim.question.now.reply) : null);
  }

  function go(next) {
    const last = (claim.question.now.reply?.rungs.length ?? 1) - 1;
    at = next === null ? null : Math.max(0, Math.min(next, last));
    show();
    study.redraw();
  }

  function stop() {
    clearInterval(timer);
    timer = null;
  }

  function play() {
    if (timer !== null) return halt();
    go(0);
    timer = setInterval(() => {
      const last = (claim.question.now.reply?.rungs.length ?? 1) - 1;
      if (at === null || at >= last) halt();
      else go(at + 1);
    }, PACE);
    study.redraw();
  }

  function halt() {
    stop();
    study.redraw();
  }

  function step(next) {
    stop();
    go(next);
  }

  function move(from, to) {
    stop();
    order = moved(order, from, to);
    at = null;
    claim.ask();
  }

  return {
    update(state, previous) {
      if (state.drawing.observed.size !== previous?.drawing.observed.size) at = null;
      claim.follow(state);
    },
    leave: stop,
    draw(state) {
      const { now, cancel } = claim.question;
      return [
        claim.pickers(state),
        progressBar(now, cancel),
        refusalLine(now.refusal),
        now.reply && rungs(now.reply, at, { step, move, play, isPlaying: timer !== null }),
      ];
    },
  };
}

/** The order as far as it still holds, and what was observed since. */
function kept(order, observed) {
  const old = order.filter((id) => observed.has(id));
  return [...old, ...[...observed.keys()].filter((id) => !old.includes(id))];
}

function overlayOf({ id, beliefs }, { rungs: all, claim, is_exact: isExact }) {
  const above = all.slice(0, all.findIndex((rung) => rung.id === id) + 1).filter((rung) => rung.id !== "");
  return {
    beliefs: new Map(beliefs),
    isExact,
    unseen: new Set(all.slice(above.length + 1).map((rung) => rung.id)),
    nodes: [...above.map((rung) => ({ id: rung.id, look: "source", note: "" })),
      { id: claim.variable, look: "target", note: "" }],
  };
}

function rungs(reply, at, verbs) {
  const { rungs: all, claim, total } = reply;
  const shown = at ?? all.length - 1;
  return h("div", { key: "rungs" },
    section(`P(${claim.text}), rung by rung`,
      all.length > 1 && controls(all, at, verbs),
      h("ol", { class: "study-ladder-rungs" }, all.map((rung, index) => rungItem(rung, index, all, shown, verbs))),
      h("p", { class: "study-ladder-sentence", "aria-live": "polite", key: "sentence" }, all[shown].sentence),
      all.length > 2 && h("p", { class: "inspector-hint", key: "end" },
        `${SAME_END} The steps add up to ${total.text} in log-odds.`)));
}

function controls(all, at, { step, play, isPlaying }) {
  const last = all.length - 1;
  const now = at ?? last;
  return h("div", { class: "button-row study-ladder-controls", key: "controls" },
    button("Back", () => step(now - 1), { key: "back", reason: now > 0 ? "" : "It is the first rung" }),
    button(isPlaying ? "Pause" : "Replay", play, { key: "play" }),
    button("Next", () => step(now + 1), { key: "next", reason: now < last ? "" : "It is the last rung" }),
    h("span", {}, `${now} of ${last} observations`));
}

function rungItem(rung, index, all, shown, { step, move }) {
  const { standing, step: shift } = rung;
  const drag = index > 0 ? draggable("rung", index - 1, move) : null;
  const name = index > 0 ? visible(rung.seen) : "before anything is seen";
  const place = index === shown ? "current" : index > shown ? "ahead" : "";
  return h("li", {
    key: rung.id, class: `study-ladder-rung ${place}`,
    "aria-current": index === shown ? "step" : null, ...drag?.row,
  },
  drag ? grip(drag) : h("span", {}),
  h("button", { type: "button", class: "study-ladder-face", onClick: () => step(index) },
    h("span", { class: "study-ladder-name" }, name),
    h("span", { class: "study-ladder-step" }, index > 0 ? shift.text : ""),
    h("span", { class: "study-ladder-track", style: { "--p": standing.probability }, "aria-hidden": "true" }),
    h("b", { class: "study-ladder-chance" }, standing.text)),
  drag && h("span", { class: "study-ladder-move" }, moveButtons(name, index - 1, all.length - 1, move)));
}
