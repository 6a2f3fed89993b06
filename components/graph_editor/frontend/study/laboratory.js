/** The schedule laboratory: loopy belief propagation run in different orders, sweep by sweep. */

import { h } from "../dom.js";
import { button } from "../panels/parts.js";
import { beliefsAt, isLast, lastOf, outcome, SCHEDULES } from "./laboratory_run.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, selectedVariable } from "./parts.js";
import { createSweepPlayer } from "./sweep_player.js";

const HINT = "What order and damping do to the messages.";
const MOST_SWEEPS = 300;
const START = { schedule: "flooding", damping: 0, sweeps: 150, seed: 1 };

export const laboratoryView = { name: "laboratory", title: "Schedule laboratory", hint: HINT, create };

function create(study) {
  const question = study.question("laboratory");
  let settings = START;
  let look = { variable: null, state: null, sweep: 0 };
  let asked = null; // {moment, variable}
  let reply = null; // what is shown
  let before = null; // the run shown before it, about the same evidence
  let shown = null; // what the overlay was made of
  const player = createSweepPlayer(() => turnTo(look.sweep < lastOf(reply) ? look.sweep + 1 : null));

  function set(changes) {
    settings = { ...settings, ...changes };
    study.redraw();
  }

  function run(state, isSame) {
    player.stop();
    before = isSame ? reply : null;
    if (!isSame) reply = null;
    asked = { moment: momentOf(state), variable: look.variable };
    if (look.variable === null) question.clear();
    else question.ask({ ...settings, variable: look.variable });
  }

  /** Null: the end is reached. */
  function turnTo(sweep) {
    if (sweep === null) player.stop();
    else look = { ...look, sweep };
    light();
    study.redraw();
  }

  function take() {
    const fresh = question.now.reply;
    if (!fresh || fresh === reply || question.now.isAsking) return;
    reply = fresh;
    look = { ...look, sweep: lastOf(reply) };
  }

  function light() {
    const now = reply === null ? null : [reply, look.sweep];
    if (shown?.[0] === now?.[0] && shown?.[1] === now?.[1]) return;
    shown = now;
    study.overlay(reply && {
      beliefs: beliefsAt(reply, look.sweep), isExact: reply.is_exact && isLast(reply, look.sweep),
    });
  }

  const on = {
    set,
    run: () => run(study.store.state(), reply !== null),
    shuffle() {
      set({ seed: settings.seed + 1 });
      on.run();
    },
    choose(changes) {
      look = { ...look, ...changes };
      follow(study.store.state());
      study.redraw();
    },
    turnTo(sweep) {
      player.stop();
      turnTo(sweep);
    },
    play() {
      if (player.isPlaying) player.stop();
      else {
        if (isLast(reply, look.sweep)) look = { ...look, sweep: 0 };
        player.start();
      }
      turnTo(look.sweep);
    },
    stop: () => question.cancel(),
  };

  function follow(state) {
    look = { ...look, ...drawnLook(look, state) };
    const isNew = asked === null || isOther(asked.moment, momentOf(state));
    const isAway = reply !== null && !reply.is_whole && asked.variable !== look.variable;
    if (isNew || isAway) run(state, false);
  }

  return {
    draw(state) {
      look = { ...look, ...drawnLook(look, state) }; // an answer may come before the change is told
      take();
      light();
      return draw(state, { settings, look, reply, before, isPlaying: player.isPlaying }, question.now, on);
    },
    update(state, previous) {
      const chosen = selectedVariable(state);
      const isFresh = previous && state.ui.selection !== previous.ui.selection && chosen !== null;
      if (isFresh && chosen !== look.variable) look = { ...look, variable: chosen, state: null };
      follow(state);
    },
    leave: () => player.stop(),
  };
}

/** The variable and state looked at, as far as they are drawn; else what is selected, or the first; the last state. */
function drawnLook({ variable: id, state }, view) {
  const { variables, observed } = view.drawing;
  const free = [...variables.keys()].find((key) => !observed.has(key));
  const chosen = variables.has(id) ? id : selectedVariable(view, free ?? [...variables.keys()][0] ?? null);
  const states = variables.get(chosen)?.states ?? [];
  return { variable: chosen, state: states.includes(state) ? state : states.at(-1) ?? null };
}

function draw(state, view, now, on) {
  if (view.look.variable === null) return [h("p", { class: "inspector-hint", key: "none" }, "Nothing is drawn yet.")];
  return [
    controls(view.settings, now, on),
    progressBar(now, on.stop),
    refusalLine(now.refusal),
    view.reply && outcome(view, state, on),
  ];
}

function controls(settings, { isAsking }, on) {
  const { schedule, damping, sweeps } = settings;
  return h("form", {
    class: "study-laboratory-controls", key: "controls",
    onSubmit: (event) => {
      event.preventDefault();
      if (!isAsking) on.run();
    },
  },
  h("div", { class: "study-laboratory-schedules", role: "group", "aria-label": "Schedule" },
    SCHEDULES.map(([name, title, hint]) => h("button", {
      type: "button", key: name, class: "inspector-button", title: hint, "aria-pressed": String(name === schedule),
      onClick: () => on.set({ schedule: name }),
    }, title))),
  h("p", { class: "inspector-hint" }, SCHEDULES.find(([name]) => name === schedule)[2],
    schedule === "random" && button("Shuffle anew", on.shuffle, {
      key: "shuffle", kind: "quiet", reason: isAsking ? "Running" : "",
    })),
  slider("Damping", damping, { min: 0, max: 0.95, step: 0.05 }, damping.toFixed(2),
    (value) => on.set({ damping: value })),
  slider("Sweeps", sweeps, { min: 10, max: MOST_SWEEPS, step: 10 }, String(sweeps),
    (value) => on.set({ sweeps: value })),
  h("button", {
    type: "submit", class: "inspector-button study-laboratory-go", title: "Run it from the start",
    "aria-disabled": isAsking ? "true" : null,
  }, "Run"));
}

function slider(caption, value, range, text, change) {
  return h("label", { class: "study-laboratory-slider", key: caption }, h("span", {}, caption),
    h("input", {
      type: "range", ...range, value: String(value), "aria-valuetext": text,
      onInput: ({ target }) => change(Number(target.value)),
    }),
    h("output", {}, text));
}
