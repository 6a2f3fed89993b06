/**
 * The page's memory: one immutable state, and the only way to change it. What may be said to Python and what it
 * answers is decided in protocol.js; here are promises, listeners and the moment to speak.
 */

import { dispatched, logOf, received, requested, restored, startCore } from "./protocol.js";
import { cut, isCutDue, postponed } from "./record.js";

/** Milliseconds without an answer after which Python counts as lost. Long inference takes seconds. */
const PATIENCE = 10_000;

/**
 * Python answers these in 20 to 40 ms. They are drawn with their answer, or after so many milliseconds without it: a
 * frame drawn in between makes the message wait (browsers let a frame go before Streamlit's timer) and then the
 * answer, 30 ms of a click in all.
 */
const HASTE = 60;
const QUESTIONS_OF_BELIEF = new Set(["observe", "retract", "suspend", "resume", "observe_all"]);

/** What these make of the drawing is known with their answer only. */
const UNFORESEEN = new Set(["undo", "redo", "restore", "open", "new"]);

const START_UI = {
  selection: new Set(),
  focus: null,
  panel: "inspector",
  gallery: false,
  help: false,
  tour: 0,
  presenter: false,
  compact: false,
  dialog: null,
  toast: null,
  save: "saved",
  highlight: new Set(),
  theme: "light",
  study: null,
  overlay: null,
  pick: null,
  picked: null,
};

/**
 * @param {object} options
 * @param {(log: object) => void} options.speak sends the log to Python; called at most once per tick, never while
 *   a payload is being received
 * @param {() => number} [options.random] like Math.random
 * @param {(callback: () => void) => void} [options.schedule] when listeners are told: the next animation frame
 * @param {(callback: () => void) => void} [options.soon] at the end of this tick
 * @param {(callback: () => void) => void} [options.later] in a later tick
 * @param {(callback: () => void, ms: number) => unknown} [options.setTimer]
 * @param {(timer: unknown) => void} [options.clearTimer]
 */
export function createStore({
  speak,
  random = Math.random,
  schedule = globalThis.requestAnimationFrame?.bind(globalThis) ?? queueMicrotask,
  soon = queueMicrotask,
  later = (callback) => setTimeout(callback, 0),
  setTimer = (callback, ms) => setTimeout(callback, ms),
  clearTimer = (timer) => clearTimeout(timer),
}) {
  const newPage = () => 1 + Math.floor(random() * 2 ** 31);
  const waiting = new Map();
  const listeners = new Map(); // with the state each was told last
  let core = startCore(newPage());
  let state = { ...shown(core), ui: START_UI, connected: false };
  let isScheduled = false;
  let mustSpeak = false;
  let holding = null;
  let isReceiving = false;
  let isCutting = false;
  let timer = null;
  const turns = []; // what has to wait for a decision that waits for an answer

  function become(nextCore, changes = {}) {
    core = nextCore;
    const next = { ...state, ...shown(core), ...changes };
    state = { ...next, ui: withoutVanished(next.ui, next.drawing) };
    notifyLater();
  }

  function notifyLater() {
    if (isScheduled) return;
    isScheduled = true;
    schedule(onFrame);
  }

  function onFrame() {
    isScheduled = false;
    if (holding === null) flush();
  }

  /** What a listener changes is told to those after it at once, and to those before it in the next frame. */
  function flush() {
    isScheduled = false;
    for (const [listener, previous] of [...listeners]) {
      if (previous === state || !listeners.has(listener)) continue;
      listeners.set(listener, state);
      listener(state, previous);
    }
  }

  function speakSoon() {
    mustSpeak = true;
    (isReceiving ? later : soon)(speakNow);
  }

  function speakNow() {
    if (!mustSpeak) return;
    mustSpeak = false;
    watch();
    speak(logOf(core));
  }

  function watch() {
    timer ??= setTimer(() => become(core, { connected: false }), PATIENCE);
  }

  function unwatch() {
    if (timer !== null) clearTimer(timer);
    timer = null;
  }

  function hold() {
    release();
    holding = setTimer(() => {
      holding = null;
      notifyLater();
    }, HASTE);
  }

  function release() {
    if (holding !== null) clearTimer(holding);
    holding = null;
  }

  function inTurn(run, isDecision = false) {
    turns.push({ run, isDecision });
    takeTurns();
  }

  function takeTurns() {
    while (turns.length > 0 && !(turns[0].isDecision && isUnforeseen())) turns.shift().run();
  }

  function isUnforeseen() {
    return core.pending.some(({ command }) => UNFORESEEN.has(command.type));
  }

  function decideNow(choose) {
    const command = choose(core.drawing);
    if (command) say(command);
  }

  function say(command) {
    if (QUESTIONS_OF_BELIEF.has(command.type)) hold();
    become(dispatched(core, command));
    speakSoon();
    cutWhenDue();
  }

  function request(command) {
    const question = { ...command }; // its identity finds the promise again, whatever number it gets
    return new Promise((resolve, reject) => {
      waiting.set(question, { resolve, reject });
      inTurn(() => ask(question));
    });
  }

  function ask(question) {
    become(requested(core, question));
    speakSoon();
  }

  function receive(data) {
    if (!data) return;
    isReceiving = true;
    unwatch();
    release();
    const result = received(core, data, newPage());
    become(result.core, { connected: true });
    result.answers.forEach(settle);
    takeTurns();
    if (result.mustSpeak) speakSoon();
    if (core.pending.length) watch();
    cutWhenDue();
    isReceiving = false;
  }

  function settle({ command, n, reply }) {
    const { resolve, reject } = waiting.get(command);
    waiting.delete(command);
    if (reply && !reply.refused) resolve(reply);
    else reject(refusal(reply?.refused ?? []));
  }

  /** A long journal is replaced by the document as Python writes it. */
  function cutWhenDue() {
    if (isCutting || !isCutDue(core.journal)) return;
    isCutting = true;
    request({ type: "save", format: "json" })
      .then(({ n, text }) => cut(core.journal, n, text))
      .catch(() => postponed(core.journal))
      .then((journal) => {
        isCutting = false;
        become({ ...core, journal });
        cutWhenDue();
      });
  }

  function setUi(patch) {
    const isSame = Object.keys(patch).every((name) => Object.is(patch[name], state.ui[name]));
    if (isSame) return;
    state = { ...state, ui: { ...state.ui, ...patch } };
    notifyLater();
  }

  return {
    state: () => state,
    /** @param {object} command */
    dispatch: (command) => inTurn(() => say(command)),
    /**
     * A command that depends on what is there, such as a click that takes back what an earlier one observed. After an
     * undo that is not answered yet nobody knows: it is decided, and all that follows is said, with the answer.
     * @param {(drawing: object) => object|null} choose
     */
    decide: (choose) => inTurn(() => decideNow(choose), true),
    request,
    receive,
    setUi,
    flush,
    /** @param {(state: object, previous: object) => void} listener */
    subscribe(listener) {
      listeners.set(listener, state);
      return () => listeners.delete(listener);
    },
    /** What rebuilds this drawing: {base, commands}. A new object whenever it changes. */
    record: () => core.journal.record,
    /** Whether anything was done to the drawing that the session started with. */
    isPristine: () => core.journal.isPristine,
    /** How often another document was opened in this one's place. */
    replacements: () => core.journal.replacements,
    /** Continue with a stored record: Python is asked to rebuild its document. */
    restore(record) {
      turns.splice(0).forEach(({ run }) => run()); // they mean the drawing that goes
      become(restored(core, record, newPage()));
      speakSoon();
    },
  };
}

function shown({ drawing, sections, pending, refused, changed }) {
  return { drawing, sections, pending: pending.map(({ n, command }) => ({ ...command, n })), refused, changed };
}

/** What is selected or focused, as far as it still exists. */
function withoutVanished(ui, drawing) {
  const exists = (id) => drawing.variables.has(id) || drawing.factors.has(id);
  const selected = [...ui.selection];
  const isWhole = selected.every(exists) && (ui.focus === null || exists(ui.focus));
  if (isWhole) return ui;
  return { ...ui, selection: new Set(selected.filter(exists)), focus: exists(ui.focus) ? ui.focus : null };
}

function refusal(problems) {
  const sentence = problems.map(({ what, remedy }) => [what, remedy].filter(Boolean).join(": ")).join("; ");
  return Object.assign(new Error(sentence || "No answer came. Try again."), { problems });
}
