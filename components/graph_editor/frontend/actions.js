/** The verbs that buttons, menus and keys share. Each reads the store and dispatches commands; none draws. */

import {
  addingVerbs, aligningVerbs, connectingVerbs, copyingVerbs, nudgingVerbs, removingVerbs,
} from "./actions/edit.js";
import { evidenceVerbs } from "./actions/evidence.js";
import { openingVerbs, savingVerbs } from "./actions/exchange.js";
import { lessonVerbs } from "./actions/lesson.js";
import { viewVerbs, walkingVerbs } from "./actions/view.js";

const NO_LIBRARY = { recent: () => [], openRecent: () => {} };

/**
 * @param {object} store
 * @param {() => object} getCanvas
 * @param {object} [surroundings] `page`: the Document; `later(run, ms)`: a timer, returns its cancel;
 *   `library`: {recent() → [{id, title, when}] or a promise of it, openRecent(entry)}, the drawings kept in this
 *   browser, `when` in milliseconds; `right()`: where the inspector stands
 * @returns {object} the verbs by name
 */
export function createActions(store, getCanvas, surroundings = {}) {
  const outer = contextOf(store, getCanvas, surroundings);
  const nudging = nudgingVerbs(outer);
  const afterNudges = (say) => (what) => {
    nudging.settle(); // keys pressed before come before
    return say(what);
  };
  const context = {
    ...outer,
    dispatch: afterNudges(store.dispatch), decide: afterNudges(store.decide), request: afterNudges(store.request),
  };
  const connecting = connectingVerbs(context);
  const suggesting = evidenceVerbs(context);
  return {
    ...nudging,
    ...connecting,
    ...addingVerbs(context),
    ...removingVerbs(context),
    ...copyingVerbs(context),
    ...aligningVerbs(context),
    ...suggesting,
    ...lessonVerbs({ ...context, suggesting }),
    ...viewVerbs(context),
    ...walkingVerbs({ ...context, cancelConnecting: connecting.cancelConnecting }),
    ...openingVerbs(context),
    ...savingVerbs(context),
    undo: () => context.dispatch({ type: "undo" }),
    redo: () => context.dispatch({ type: "redo" }),
    renameDrawing: (name) => context.dispatch({ type: "rename_model", name }),
    announce: context.announce,
    toast: context.toast,
  };
}

function contextOf(store, getCanvas, surroundings) {
  const { page = globalThis.document, later = timer, library = NO_LIBRARY, right = () => null } = surroundings;
  const chosen = () => {
    const { selection, focus } = store.state().ui;
    return selection.size > 0 ? [...selection] : [focus].filter(Boolean);
  };
  return {
    store,
    canvas: getCanvas,
    page,
    later,
    library,
    right,
    chosen,
    select: (ids) => store.setUi({ selection: new Set(ids), focus: ids[0] ?? null }),
    toast: (text, kind = "plain") => store.setUi({ toast: { text, kind } }),
    announce: (text) => store.setUi({ spoken: { text } }),
    dialog: (dialog) => store.setUi({ dialog }),
    afterAnswer: (run) => afterAnswer(store, run),
  };
}

function timer(run, ms) {
  const id = setTimeout(run, ms);
  return () => clearTimeout(id);
}

/** Runs once, when Python has answered everything, be it that nothing changed; not at all where it refuses. */
function afterAnswer(store, run) {
  const before = store.state();
  const stop = store.subscribe((state) => {
    if (state.pending.length > 0) return;
    stop();
    if (!state.refused || state.refused === before.refused) run();
  });
}
