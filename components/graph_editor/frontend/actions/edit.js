/** The verbs that change the drawing: add, delete, copy, paste, move, align, connect. */

import { GRID } from "../canvas/geometry.js";
import { fragmentOf, label } from "../document.js";
import { visible } from "../text.js";
import { readClipboard, writeClipboard } from "./clipboard.js";
import { planInsert, readFragment } from "./insert.js";
import { planAlign, planConnect, planFactor, planMove, planVariable, readingOrder } from "./plan.js";

/** How long the arrow keys rest before their moves become one step of undo. */
const NUDGE_PAUSE_MS = 400;

/** Copies stand off the original by this much, further with every paste of the same text. */
const PASTE_OFFSET = 4 * GRID;

const NOTHING_SELECTED = "Select something first: click a variable or a factor, "
  + "or drag around several with Shift.";
const LONE_FACTOR = "A factor is copied together with all its variables: select them too.";
const NO_DRAWING = "The clipboard holds no part of a drawing.";
const CANNOT_READ = "This browser does not let the page read the clipboard: press Ctrl+V (⌘V on a Mac).";

/** @returns {object} verbs */
export function addingVerbs({ store, canvas, dispatch, select }) {
  const add = (command) => {
    dispatch(command);
    select([command.id]);
    return command.id;
  };
  const place = (point) => point ?? canvas().pointer?.() ?? canvas().center();
  return {
    /** The middle of the view: a button is no place on the drawing. */
    middle: () => canvas().center(),
    addVariable(point) {
      const id = add(planVariable(store.state().drawing, place(point)));
      store.flush?.(); // the name is edited where the node is drawn, so it has to be drawn
      canvas().startRename(id);
    },
    addFactor(point) {
      const { drawing, ui } = store.state();
      add(planFactor(drawing, ui.selection, place(point)));
    },
  };
}

/** @returns {object} verbs */
export function removingVerbs({ store, dispatch, chosen, select, toast }) {
  return {
    deleteSelection() {
      const ids = chosen();
      if (ids.length === 0) return toast(NOTHING_SELECTED);
      dispatch({ type: "delete", ids });
      return select([]);
    },
    selectAll() {
      select(readingOrder(store.state().drawing));
    },
  };
}

/** @returns {object} verbs */
export function copyingVerbs({ store, canvas, page, dispatch, chosen, select, toast, announce }) {
  let copied = null; // the text copied last, for browsers that let a page write to the clipboard but not read it
  let pasted = { text: null, times: 0 };

  const fragment = () => {
    const ids = chosen();
    const part = fragmentOf(store.state().drawing, ids);
    const isEmpty = part.variables.length === 0;
    if (isEmpty) toast(ids.length ? LONE_FACTOR : NOTHING_SELECTED);
    return isEmpty ? null : part;
  };
  const insert = (part, where) => {
    const command = planInsert(store.state().drawing, part, where);
    dispatch(command);
    select(command.ids.map(([, id]) => id));
  };
  const copy = async () => {
    const part = fragment();
    if (!part) return false;
    const text = JSON.stringify(part, null, 2);
    copied = text;
    pasted = { text, times: 0 };
    const isShared = await writeClipboard(page, text);
    announce(isShared ? "Copied." : "Copied within this page.");
    return true;
  };
  const pasteText = (text) => {
    const part = readFragment(text);
    if (!part) return toast(NO_DRAWING);
    pasted = { text, times: pasted.text === text ? pasted.times + 1 : 0 };
    const isFromElsewhere = text !== copied && pasted.times === 0;
    const at = canvas().pointer?.() ?? canvas().center();
    return insert(part, isFromElsewhere ? { at } : { by: PASTE_OFFSET * (pasted.times + 1) });
  };
  return {
    copy,
    async cut() {
      const ids = chosen();
      if (!(await copy())) return;
      dispatch({ type: "delete", ids });
      select([]);
    },
    pasteText,
    async paste() {
      const text = (await readClipboard(page)) ?? copied;
      if (text === null) toast(CANNOT_READ);
      else pasteText(text);
    },
    duplicate() {
      const part = fragment();
      if (part) insert(part, { by: PASTE_OFFSET });
    },
  };
}

/**
 * Moving by keys. A row of key presses is shown at once and becomes one command after a pause.
 *
 * @returns {object} `nudge`, and `settle`, which ends a row of key presses
 */
export function nudgingVerbs({ store, canvas, chosen, later }) {
  let row = null;

  const settle = () => {
    if (!row) return;
    const { ids, dx, dy, cancel } = row;
    cancel();
    row = null;
    const command = planMove(store.state().drawing, ids, dx, dy);
    if (command) store.dispatch(command);
    canvas().previewMove?.(null);
  };
  const nudge = (dx, dy) => {
    const ids = chosen();
    if (ids.length === 0) return false;
    row?.cancel();
    const moved = { ids, dx: (row?.dx ?? 0) + dx, dy: (row?.dy ?? 0) + dy };
    row = { ...moved, cancel: later(settle, NUDGE_PAUSE_MS) };
    const preview = planMove(store.state().drawing, ids, moved.dx, moved.dy);
    canvas().previewMove?.(preview?.positions ?? null);
    return true;
  };
  return { nudge, settle };
}

/** @returns {object} verbs */
export function aligningVerbs({ store, dispatch, chosen }) {
  return {
    align(how) {
      const command = planAlign(store.state().drawing, chosen(), how);
      if (command) dispatch(command);
    },
  };
}

/** Connecting by keys: choose a node, walk to another one, press Enter. @returns {object} verbs */
export function connectingVerbs({ store, dispatch, toast, announce, select }) {
  const stop = () => store.setUi({ connecting: null, highlight: new Set(), toast: null });
  const connect = (from, to) => {
    const plan = planConnect(store.state().drawing, from, to);
    if (plan.refused) {
      toast(plan.refused);
      return false;
    }
    dispatch(plan.command);
    return true;
  };
  return {
    connect,
    connectFrom(id = store.state().ui.focus) {
      const { drawing } = store.state();
      const node = drawing.variables.get(id) ?? drawing.factors.get(id);
      if (!node) return toast("Choose a node first: Tab walks through the drawing.");
      store.setUi({ connecting: id, highlight: new Set([id]) });
      const name = visible(label(node));
      return toast(`Connecting ${name}: Tab or arrows choose a node, Enter connects, Escape cancels.`, "hint");
    },
    finishConnecting() {
      const { connecting, focus } = store.state().ui;
      if (!connecting || !focus || !connect(connecting, focus)) return;
      stop();
      select([focus]);
      announce("Connected.");
    },
    cancelConnecting() {
      stop();
      announce("Not connected.");
    },
  };
}
