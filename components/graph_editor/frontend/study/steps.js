/** An algorithm step by step: every message on the drawing, and the arithmetic behind it. */

import { label } from "../document.js";
import { download } from "../download.js";
import { h } from "../dom.js";
import { isOther, momentOf } from "./moment.js";
import { progressBar, refusalLine, selectedVariable } from "./parts.js";
import { createPlayer, playKey } from "./player.js";
import { overlayOf } from "./road_overlay.js";
import { roadsTable } from "./roads_table.js";
import { body, settingsForm } from "./steps_panel.js";
import { readTrace } from "./trace.js";

const HINT = "Three algorithms, every number of them.";
const START = {
  algorithm: "bp", schedule: "auto", root: null, damping: 0, part: "auto", isByHand: false, fired: [],
  isUnfolded: false,
};
const EMPTY = { steps: [], phases: [] };

export const stepsView = { name: "steps", title: "Step by step", hint: HINT, create };

function create(study) {
  const { store } = study;
  const run = study.question("steps");
  const hand = study.question("fire");
  const file = study.question("export");
  const roads = study.question("roads");
  let view = START;
  let asked = null;
  let compared = null;
  let shown = []; // what the overlay was made of
  let saved = null;

  const question = () => (view.isByHand ? hand : run);
  const trace = () => (question().now.reply ? readTrace(question().now.reply) : EMPTY);
  const player = createPlayer({ length: () => trace().steps.length, moved: study.redraw });

  function look(changes) {
    view = { ...view, ...changes };
    follow(store.state());
    study.redraw();
  }

  function fields() {
    const { algorithm, schedule, root, damping, part, isByHand, fired } = view;
    return isByHand ? { fired } : { algorithm, schedule, root, damping, part };
  }

  function follow(state) {
    view = withDrawn(view, state);
    const now = [...momentOf(state), view.isByHand, JSON.stringify(fields())];
    if (!isOther(asked, now)) return;
    const isSameDrawing = asked !== null && now.slice(0, -1).every((part, place) => part === asked[place]);
    asked = now;
    if (state.drawing.variables.size === 0) [question(), roads].forEach((one) => one.clear());
    else question().ask(fields());
    compareRoads(state);
    if (!isSameDrawing || !view.isByHand) player.put(0);
  }

  /** What the roads cost does not depend on which one is walked. */
  function compareRoads(state) {
    const { schedule, root, damping, part, isByHand } = view;
    const now = [...momentOf(state), schedule, root, damping, part];
    if (isByHand || root === null || !isOther(compared, now)) return;
    compared = now;
    roads.ask({ schedule, root, damping, part });
  }

  /** What was fired last is shown as soon as it is answered. */
  function light() {
    const { reply } = question().now;
    if (reply && view.isByHand && shown[0] !== reply && trace().steps.length !== player.at()) {
      player.put(trace().steps.length);
    }
    const now = [reply, player.at()];
    if (now.every((part, place) => part === shown[place])) return;
    shown = now;
    const { variables, factors } = store.state().drawing;
    const nodes = [...variables.keys(), ...factors.keys()];
    study.overlay(reply ? overlayOf(readTrace(reply), player.at(), nodes) : null);
  }

  function save() {
    saved = file.now.reply;
    file.ask(fields());
  }

  function giveFile() {
    const { reply } = file.now;
    if (!reply || reply === saved) return;
    saved = reply;
    download(document, new Blob([reply.text], { type: "application/json" }), "trace.json");
  }

  const on = {
    look,
    save,
    unfold: () => look({ isUnfolded: !view.isUnfolded }),
    setByHand(isByHand) {
      const isSame = isByHand === view.isByHand; // picking may have ended: Escape ends it
      if (!isSame) player.put(0);
      store.setUi({ pick: isByHand ? { only: "any" } : null });
      look({ isByHand, fired: isSame ? view.fired : [] });
    },
    takeBack: () => look({ fired: view.fired.slice(0, -1) }),
    startOver: () => look({ fired: [] }),
    press(event) {
      if (event.defaultPrevented || isOwnKey(event)) return;
      if (!playKey(event, player, trace().steps.length)) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };

  return {
    draw(state) {
      light();
      giveFile();
      const { now, cancel } = question();
      return h("div", { class: "study-steps-body", key: "steps", onKeydown: on.press },
        settingsForm(state, view, trace(), on),
        progressBar(now, cancel),
        refusalLine(now.refusal || file.now.refusal),
        now.reply && body(state, view, trace(), player, on),
        !view.isByHand && roadsTable(roads.now.reply, nameOf(state, view.root), view.algorithm,
          (algorithm) => look({ algorithm })));
    },
    update(state, previous) {
      const { picked } = state.ui;
      const isPicked = picked && previous && picked.serial !== previous.ui.picked?.serial;
      if (isPicked && view.isByHand) view = { ...view, fired: [...view.fired, picked.id] };
      follow(state);
      light();
    },
    leave: () => player.stop(),
  };
}

/** The choice as far as it is still drawn: messages are collected to the variable that was selected last. */
function withDrawn(view, state) {
  const { drawing } = state;
  const exists = (id) => drawing.variables.has(id) || drawing.factors.has(id);
  const root = selectedVariable(state, view.root) ?? [...drawing.variables.keys()].at(-1) ?? null;
  const isWhole = view.fired.every(exists);
  return { ...view, root, fired: isWhole ? view.fired : view.fired.filter(exists) };
}

function nameOf({ drawing }, id) {
  const variable = drawing.variables.get(id);
  return variable ? label(variable) : "";
}

/** Buttons take Space, sliders take the arrows, lists and fields take all. */
function isOwnKey({ target, key }) {
  if (["SELECT", "TEXTAREA"].includes(target.tagName)) return true;
  if (target.tagName === "INPUT") return target.type !== "checkbox" && key !== " ";
  return target.tagName === "BUTTON" && key === " ";
}
