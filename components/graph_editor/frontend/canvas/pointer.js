/**
 * What the pointer means, as a state machine: `step(state, event) → {state, effects}`. Pure.
 *
 *     idle ─down→ pressing ─move→ panning | rubber_band | dragging | connecting | sliding
 *                          ─hold→ long_press
 *     any ─second finger→ pinching        any ─cancel→ idle
 *
 * Events carry what they are about, so that no state needs the page:
 *   down, move, up: {pointer, button, isTouch, screen, canvas, target, keys: {shift, ctrl, alt, space}, time}
 *   hold: the timer started by the effect `start_hold` has run out
 *   cancel: Escape, or the browser took the pointer
 * Effects are data too; who carries them out needs no idea of gestures.
 */

/** Farther than this, in pixels, a press is no click. */
const SLOP = { mouse: 4, touch: 9 };
/** Two clicks within this time at the same place are a double click. */
const DOUBLE = { milliseconds: 400, pixels: 8 };

export const IDLE = Object.freeze({ name: "idle", last: null });

/**
 * @param {{name: string}} state
 * @param {{type: string}} event
 * @returns {{state: object, effects: {type: string}[]}}
 */
export function step(state, event) {
  if (event.type === "cancel") return cancelled(state);
  const isSecondFinger = event.type === "down" && event.isTouch && state.name !== "idle";
  if (isSecondFinger) return pinch(state, event);
  const handler = HANDLERS.get(state.name)?.[event.type];
  const isOther = "pointer" in state && "pointer" in event && event.pointer !== state.pointer;
  return handler && !isOther ? handler(state, event) : stay(state);
}

const HANDLERS = new Map([
  ["idle", { down: press, move: hover }],
  ["pressing", { move: begin, up: click, hold }],
  ["panning", { move: pan, up: rest }],
  ["rubber_band", { move: band, up: bandEnd }],
  ["dragging", { move: drag, up: drop }],
  ["connecting", { move: link, up: linkEnd }],
  ["sliding", { move: slide, up: slideEnd }],
  ["long_press", { up: rest }],
  ["pinching", { move: pinchMove, up: pinchUp }],
]);

function stay(state) {
  return { state, effects: [] };
}

function rest() {
  return { state: IDLE, effects: [] };
}

function cancelled(state) {
  return { state: IDLE, effects: state.name === "idle" ? [] : [{ type: "stop_hold" }, { type: "abort" }] };
}

function hover(state, { target }) {
  return { state, effects: [{ type: "hover", target }] };
}

function press(state, event) {
  const { pointer, button, isTouch, screen, keys, target } = event;
  if (button === 1 || (button === 0 && keys.space)) return stay({ name: "panning", pointer, at: screen });
  if (button !== 0) return stay(state);
  const isHeld = isTouch && isState(target);
  return {
    state: { name: "pressing", pointer, from: event, at: screen, last: state.last },
    effects: isHeld ? [{ type: "start_hold" }] : [],
  };
}

function isState(target) {
  return target.part === "state" || target.part === "state_name";
}

function begin(state, event) {
  const { from } = state;
  const isStill = distance(from.screen, event.screen) < (from.isTouch ? SLOP.touch : SLOP.mouse);
  if (isStill && from.target.part !== "slider") return stay({ ...state, at: event.screen });
  const started = { pointer: state.pointer, from, at: from.screen };
  const begun = step({ name: gestureOf(from), ...started }, event);
  return { state: begun.state, effects: [{ type: "stop_hold" }, ...begun.effects] };
}

function gestureOf({ target, keys }) {
  if (target.part === "pick") return "panning";
  if (target.part === "empty") return keys.shift ? "rubber_band" : "panning";
  if (target.part === "handle") return "connecting";
  if (target.part === "slider" || (isState(target) && keys.shift)) return "sliding";
  return "dragging";
}

function pan(state, { screen }) {
  const effect = { type: "pan", dx: screen.x - state.at.x, dy: screen.y - state.at.y };
  return { state: { ...state, at: screen }, effects: [effect] };
}

function band(state, event) {
  const effect = { type: "band", from: state.from.canvas, to: event.canvas };
  return { state: { ...state, at: event.screen }, effects: [effect] };
}

function bandEnd(state, event) {
  return { state: IDLE, effects: [{ type: "band_end", from: state.from.canvas, to: event.canvas }] };
}

function moved(state, event) {
  const { from } = state;
  const shift = { dx: event.canvas.x - from.canvas.x, dy: event.canvas.y - from.canvas.y };
  return { id: from.target.id, ...shift, isFree: event.keys.alt };
}

function drag(state, event) {
  return { state: { ...state, at: event.screen }, effects: [{ type: "drag", ...moved(state, event) }] };
}

function drop(state, event) {
  return { state: IDLE, effects: [{ type: "drop", ...moved(state, event) }] };
}

function linkOf(state, event) {
  return { from: state.from.target.id, to: event.target.id ?? null };
}

function link(state, event) {
  const effect = { type: "link", ...linkOf(state, event), point: event.canvas };
  return { state: { ...state, at: event.screen }, effects: [effect] };
}

function linkEnd(state, event) {
  return { state: IDLE, effects: [{ type: "link_end", ...linkOf(state, event) }] };
}

function slide(state, event) {
  const { id, index } = state.from.target;
  return { state: { ...state, at: event.screen }, effects: [{ type: "slide", id, index, x: event.canvas.x }] };
}

function slideEnd(state, event) {
  const { id, index } = state.from.target;
  return { state: IDLE, effects: [{ type: "slide_end", id, index, x: event.canvas.x }] };
}

function hold(state) {
  const { id, index } = state.from.target;
  return {
    state: { name: "long_press", pointer: state.pointer, at: state.at },
    effects: [{ type: "press_state", id, index, isNot: true }],
  };
}

function click(state, event) {
  const { from } = state;
  const { target } = from;
  const isDouble = isSecondClick(state.last, from);
  const last = isDouble ? null : { time: event.time, screen: from.screen, target };
  return { state: { ...IDLE, last }, effects: [{ type: "stop_hold" }, ...clickEffects(from, isDouble)] };
}

function isSecondClick(last, { time, screen, target }) {
  return last !== null && time - last.time < DOUBLE.milliseconds && distance(last.screen, screen) < DOUBLE.pixels
    && last.target.part === target.part && last.target.id === target.id && last.target.index === target.index;
}

function clickEffects({ target, keys, canvas }, isDouble) {
  const { part, id, index } = target;
  switch (part) {
    case "empty": return isDouble ? [{ type: "add_variable", point: canvas }] : [{ type: "clear_selection" }];
    case "heading":
      return isDouble ? [{ type: "rename", id }] : [{ type: "select", id, isToggle: keys.shift || keys.ctrl }];
    case "state_name":
      if (isDouble) return [{ type: "rename_state", id, index }];
      return [{ type: "press_state", id, index, isNot: keys.alt }];
    case "state": return [{ type: "press_state", id, index, isNot: keys.alt }];
    case "slider": return [{ type: "slide_end", id, index, x: canvas.x }];
    default: return [{ type: part, id, index }]; // a tool: handle, add_state, remove_state, sliders; or a pick
  }
}

function pinch(state, event) {
  const first = state.fingers?.[0] ?? { pointer: state.pointer, screen: state.at };
  const second = { pointer: event.pointer, screen: event.screen };
  return {
    state: { name: "pinching", fingers: [first, second] },
    effects: [{ type: "stop_hold" }, { type: "abort" }],
  };
}

function pinchMove(state, event) {
  const fingers = state.fingers.map((finger) => (
    finger.pointer === event.pointer ? { ...finger, screen: event.screen } : finger));
  const [before, after] = [state.fingers, fingers].map(([a, b]) => ({
    middle: { x: (a.screen.x + b.screen.x) / 2, y: (a.screen.y + b.screen.y) / 2 },
    spread: Math.max(distance(a.screen, b.screen), 1),
  }));
  const shift = { dx: after.middle.x - before.middle.x, dy: after.middle.y - before.middle.y };
  return {
    state: { ...state, fingers },
    effects: [{ type: "pan", ...shift }, { type: "zoom", at: after.middle, factor: after.spread / before.spread }],
  };
}

/** The finger that stays goes on panning. */
function pinchUp(state, event) {
  const left = state.fingers.find((finger) => finger.pointer !== event.pointer);
  return stay({ name: "panning", pointer: left.pointer, at: left.screen });
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
