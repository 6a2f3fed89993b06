/** The keyboard: one table serves the key handler and the help sheet. */

import { GRID } from "./canvas/geometry.js";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const DIRECTIONS = [[-1, 0], [1, 0], [0, -1], [0, 1]];

const inGroup = (group, shortcuts) => shortcuts.map((shortcut) => ({ group, ...shortcut }));
const withModifier = (modifier, keys) => keys.map((key) => `${modifier}+${key}`);
const nudge = (step) => (verbs, index, ui) => {
  const [dx, dy] = DIRECTIONS[index];
  return ui.connecting ? verbs.jump(dx, dy) : verbs.nudge(dx * step, dy * step);
};

/**
 * Every shortcut. `keys` trigger `action(verbs, index, ui)`, with the index of the key among them; it returns
 * false where the key has nothing to do and stays the browser's. `shown`: how the help sheet writes the keys,
 * where not as they are; `inCanvas`: only while the keyboard's focus is on the drawing; `verb`: the name under
 * which tooltips find it. "Ctrl" stands for the Command key on a Mac.
 */
export const SHORTCUTS = [
  ...inGroup("Draw", [
    { keys: ["V"], help: "Add a variable", verb: "addVariable", action: (v) => v.addVariable() },
    {
      keys: ["F"], help: "Add a factor (over the selected variables)", verb: "addFactor",
      action: (v) => v.addFactor(),
    },
    {
      keys: ["E"], help: "Connect this node: choose the other one, then Enter", verb: "connect",
      action: (v) => v.connectFrom(),
    },
    {
      keys: ["Enter", "F2"], help: "Rename", verb: "rename", inCanvas: true,
      action: (v, i, ui) => (ui.connecting ? v.finishConnecting() : v.rename()),
    },
    { keys: ["T"], help: "Edit the table or the states", verb: "inspect", action: (v) => v.editTable() },
  ]),
  ...inGroup("Observe", [
    {
      keys: DIGITS, shown: ["1 … 9"], help: "Observe this state; again: take it back",
      action: (v, i) => v.observeNth(i),
    },
    {
      keys: withModifier("Alt", DIGITS), shown: ["Alt+1 … 9"], help: "Observe “not this state”",
      action: (v, i) => v.observeNth(i, true),
    },
    { keys: ["0"], help: "Take this observation back", action: (v) => v.retractFocused() },
    { keys: ["R"], help: "Take all observations back", verb: "retractAll", action: (v) => v.retractAll() },
  ]),
  ...inGroup("Edit", [
    { keys: ["Ctrl+Z"], help: "Undo", verb: "undo", action: (v) => v.undo() },
    { keys: ["Ctrl+Shift+Z", "Ctrl+Y"], help: "Redo", verb: "redo", action: (v) => v.redo() },
    { keys: ["Delete", "Backspace"], help: "Delete", verb: "delete", action: (v) => v.deleteSelection() },
    { keys: ["Ctrl+C"], help: "Copy", verb: "copy", action: (v) => void v.copy() },
    { keys: ["Ctrl+X"], help: "Cut", verb: "cut", action: (v) => void v.cut() },
    // The browser's paste event brings the text, also where a page may not read the clipboard.
    { keys: ["Ctrl+V"], help: "Paste", verb: "paste", action: () => false },
    { keys: ["Ctrl+D"], help: "Duplicate", verb: "duplicate", action: (v) => v.duplicate() },
    { keys: ["Ctrl+A"], help: "Select all", verb: "selectAll", action: (v) => v.selectAll() },
  ]),
  ...inGroup("Move", [
    { keys: ARROWS, shown: ["Arrows"], help: "Move the selection", action: nudge(GRID) },
    {
      keys: withModifier("Shift", ARROWS), shown: ["Shift+Arrows"], help: "Move it by one unit",
      action: nudge(1),
    },
    {
      keys: ["Tab", "Shift+Tab"], help: "Next, previous node", inCanvas: true,
      action: (v, i) => v.walk(i === 0 ? 1 : -1),
    },
    {
      keys: withModifier("Alt", ARROWS), shown: ["Alt+Arrows"], help: "Nearest node in that direction",
      action: (v, i) => void v.jump(...DIRECTIONS[i]), // never the browser's: Alt+Left would leave the page
    },
  ]),
  ...inGroup("Look", [
    { keys: ["+", "="], shown: ["+"], help: "Larger", verb: "zoomIn", action: (v) => v.zoomIn() },
    { keys: ["-", "_"], shown: ["−"], help: "Smaller", verb: "zoomOut", action: (v) => v.zoomOut() },
    { keys: ["Shift+1", "Home"], help: "Show the whole drawing", verb: "fit", action: (v) => v.fit() },
    { keys: ["L"], help: "Arrange automatically", verb: "arrange", action: (v) => v.arrange() },
    { keys: ["C"], help: "Compact cards", verb: "toggleCompact", action: (v) => v.toggleCompact() },
    { keys: ["P"], help: "Presenter view", verb: "togglePresenter", action: (v) => v.togglePresenter() },
    { keys: ["G"], help: "Lesson and samples", verb: "toggleGallery", action: (v) => v.toggleGallery() },
    { keys: ["B"], help: "All beliefs", verb: "beliefs", action: (v) => v.togglePanel("beliefs") },
    { keys: ["I"], help: "Inspector", verb: "inspector", action: (v) => v.togglePanel("inspector") },
  ]),
  ...inGroup("Lesson", [
    { keys: ["N", "PageDown"], help: "Next step of the lesson", verb: "nextStep", action: (v) => v.stepLesson(1) },
    {
      keys: ["Shift+N", "PageUp"], help: "Step before", verb: "stepBefore", action: (v) => v.stepLesson(-1),
    },
    { keys: ["A"], help: "Answer the question", verb: "answer", action: (v) => v.focusQuestion() },
    { keys: ["Q"], help: "Predict first, then see", verb: "togglePredict", action: (v) => v.togglePredict() },
  ]),
  ...inGroup("File", [
    { keys: ["Ctrl+S"], help: "Save as a file", verb: "save", action: (v) => void v.save("json") },
    { keys: ["Ctrl+O"], help: "Open a file", verb: "open", action: (v) => v.chooseFile() },
    { keys: ["?", "F1"], help: "This help", verb: "toggleHelp", action: (v) => v.toggleHelp() },
    { keys: ["Escape"], help: "Cancel, close, select nothing", action: (v) => v.escape() },
  ]),
];

const BY_KEY = new Map(
  SHORTCUTS.flatMap((shortcut) => shortcut.keys.map((key, index) => [key, { shortcut, index }])),
);

/**
 * @param {KeyboardEvent} event
 * @returns {string} the key as the table writes it, such as "Ctrl+Shift+Z", "Alt+3", "?"
 */
export function keyOf(event) {
  const digit = shiftedDigit(event);
  const key = digit ?? plainKey(event);
  // A sign such as ? or + needs Shift on one keyboard and none on the next; so do the digits of a French one.
  const isShift = event.shiftKey && (digit !== null || /^([A-Z]|..+)$/.test(key));
  const isControl = event.ctrlKey || event.metaKey;
  return [isControl && "Ctrl", event.altKey && "Alt", isShift && "Shift", key].filter(Boolean).join("+");
}

/** The digit under a sign that Shift or a Mac's Alt has typed; null where the event is another key. */
function shiftedDigit({ code, key, shiftKey, altKey }) {
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  const isSign = !/^\d$/.test(key) && !BY_KEY.has(key);
  return digit && isSign && (shiftKey || altKey) ? digit : null;
}

function plainKey({ code, key }) {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const isForeign = letter && !/^[a-z]$/i.test(key); // Greek, Cyrillic, …: the place on the keyboard counts
  if (isForeign) return letter;
  return key.length === 1 ? key.toUpperCase() : key;
}

/**
 * @param {string} verb
 * @returns {string} the first key of a verb as a tooltip shows it, "" where it has none
 */
export function keyFor(verb) {
  const shortcut = SHORTCUTS.find((one) => one.verb === verb);
  return shortcut ? shownKeys(shortcut)[0] : "";
}

/** @returns {string[]} the keys of a shortcut as people write them */
export function shownKeys({ keys, shown }) {
  return shown ?? keys;
}

const TEXT_FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const WITHOUT_TEXT = new Set(["button", "checkbox", "radio", "range", "color", "file", "submit"]);

/** @returns {boolean} whether keys write into the element */
export function isTyping(element) {
  if (element?.isContentEditable) return true;
  return TEXT_FIELDS.has(element?.tagName) && !WITHOUT_TEXT.has(element.type);
}

const CONTROL_KEYS = new Set([
  "Enter", " ", "Tab", "Home", "End", "PageUp", "PageDown", ...ARROWS, "Delete", "Backspace",
]);
const CONTROLS = "button, a, input, summary, [role=slider], [role=switch], [role=tab], [role=menuitem]";

/**
 * @param {EventTarget[]} path the event's composed path: inside a shadow root `target` is only the host
 * @param {string} key
 * @returns {boolean} whether the element under the focus needs the key itself
 */
function isOwnKey(path, key) {
  const isOnDrawing = path.some((element) => element.classList?.contains("mbml-canvas"));
  const bare = key.replace(/^Shift\+/, "");
  return !isOnDrawing && CONTROL_KEYS.has(bare) && Boolean(path[0].closest?.(CONTROLS));
}

/**
 * Does what a key stands for.
 *
 * @param {KeyboardEvent} event
 * @param {object} verbs
 * @param {object} ui
 */
export function handleKey(event, verbs, ui) {
  const path = event.composedPath();
  // Streamlit opens its own menus on R and C, and sees only the host element, not the field that is written in.
  if (isTyping(path[0])) return event.stopPropagation();
  if (event.defaultPrevented || event.isComposing) return undefined;
  const found = BY_KEY.get(keyOf(event));
  if (!found || !applies(found.shortcut, path, keyOf(event), ui)) return undefined;
  if (found.shortcut.action(verbs, found.index, ui) === false) return event.stopPropagation();
  event.preventDefault();
  return event.stopPropagation();
}

function applies(shortcut, path, key, ui) {
  const isCovered = ui.help || ui.dialog;
  if (isCovered) return key === "Escape" || key === "?";
  const isOnDrawing = path.some((element) => element.classList?.contains("mbml-canvas"));
  return (isOnDrawing || !shortcut.inCanvas) && !isOwnKey(path, key);
}

/**
 * Listens on the page's own root, and on the window for as long as the focus is nowhere.
 *
 * @param {object} store
 * @param {HTMLElement} root
 * @param {object} verbs
 * @returns {() => void} stops listening
 */
export function listenToKeys(store, root, verbs) {
  const view = root.ownerDocument.defaultView;
  const onKey = (event) => isCopyOfText(event, view) || handleKey(event, verbs, store.state().ui);
  const onStrayKey = (event) => isNowhere(event.target, root) && onKey(event);
  const onPaste = (event) => {
    const [target] = event.composedPath();
    if (isTyping(target) || (!isNowhere(target, root) && !root.contains(target))) return;
    event.preventDefault();
    verbs.pasteText(event.clipboardData.getData("text/plain"));
  };
  root.addEventListener("keydown", onKey);
  view.addEventListener("keydown", onStrayKey, { capture: true });
  view.addEventListener("paste", onPaste);
  return () => {
    root.removeEventListener("keydown", onKey);
    view.removeEventListener("keydown", onStrayKey, { capture: true });
    view.removeEventListener("paste", onPaste);
  };
}

/** Text that somebody has marked on the page is what Ctrl+C means. */
function isCopyOfText(event, view) {
  return ["Ctrl+C", "Ctrl+X"].includes(keyOf(event)) && view.getSelection().toString() !== "";
}

function isNowhere(target, root) {
  const { body, documentElement } = root.ownerDocument;
  return target === body || target === documentElement;
}
