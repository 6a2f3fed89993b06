/** The browser's events, translated: pointers for the state machine, wheel and keys for the canvas. */

/** One notch of a mouse wheel, in pixels, for browsers that count in lines or pages. */
const LINE = 16;
const PAGE = 400;
/** Pixels of wheel that zoom by a factor of e. Trackpads pinch (ctrl) in far smaller steps than wheels turn. */
const WHEEL = { wheel: 600, pinch: 120 };
const HOLD_MILLISECONDS = 500;

/**
 * @param {SVGElement} svg
 * @param {{feed(event): void, isIdle(): boolean, toCanvas(point): object, targetAt(point): object,
 *   zoom(at, factor): void, pan(dx, dy): void, pressKey(element, event): boolean, focusIn(element): void,
 *   leave(): void}} canvas
 * @returns {{stop(): void, startHold(): void, stopHold(): void}}
 */
export function listen(svg, canvas) {
  const stopping = new AbortController();
  const keys = { space: false };
  let hold = null;
  const on = (target, name, handler, options = {}) =>
    target.addEventListener(name, handler, { ...options, signal: stopping.signal });

  const pointerEvent = (type, event) => {
    const frame = svg.getBoundingClientRect();
    const screen = { x: event.clientX - frame.left, y: event.clientY - frame.top };
    const isTouch = event.pointerType === "touch";
    return {
      type, pointer: event.pointerId, button: event.button, isTouch, screen, canvas: canvas.toCanvas(screen),
      target: canvas.targetAt(canvas.toCanvas(screen)), time: event.timeStamp,
      keys: { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey, space: keys.space },
    };
  };

  on(svg, "pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    // Else the middle button starts the browser's own scrolling, and a mouse that it makes up after a tap takes the
    // focus from the field that the tap has opened.
    if (event.button === 1 || event.pointerType === "touch") event.preventDefault();
    canvas.feed(pointerEvent("down", event));
  });
  on(svg, "pointermove", (event) => canvas.feed(pointerEvent("move", event)));
  on(svg, "pointerup", (event) => canvas.feed(pointerEvent("up", event)));
  on(svg, "pointercancel", () => canvas.feed({ type: "cancel" }));
  on(svg, "contextmenu", (event) => {
    if (!canvas.isIdle()) event.preventDefault(); // a finger held down is a gesture of ours
  });
  on(svg, "pointerleave", () => canvas.leave());
  on(svg, "click", (event) => {
    // Assistive software clicks without a pointer.
    if (event.detail === 0 && canvas.pressKey(event.target, event)) event.preventDefault();
  });
  on(svg, "wheel", (event) => {
    event.preventDefault();
    const unit = [1, LINE, PAGE][event.deltaMode];
    if (event.shiftKey && !event.ctrlKey) return canvas.pan(-(event.deltaX || event.deltaY) * unit, 0);
    const { screen } = pointerEvent("wheel", event);
    const pace = event.ctrlKey && Math.abs(event.deltaY) < 50 ? WHEEL.pinch : WHEEL.wheel;
    return canvas.zoom(screen, Math.exp((-event.deltaY * unit) / pace));
  }, { passive: false });
  on(svg, "focusin", (event) => canvas.focusIn(event.target));
  on(svg, "keydown", (event) => {
    const isPress = event.key === "Enter" || event.key === " ";
    if (!isPress || !canvas.pressKey(event.target, event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  on(window, "keydown", (event) => {
    keys.space = keys.space || event.code === "Space";
    if (event.key !== "Escape" || canvas.isIdle()) return;
    event.stopImmediatePropagation();
    canvas.feed({ type: "cancel" });
  }, { capture: true });
  on(window, "keyup", (event) => {
    if (event.code === "Space") keys.space = false;
  }, { capture: true });
  on(window, "blur", () => {
    keys.space = false;
  });

  const stopHold = () => clearTimeout(hold);
  return {
    startHold() {
      hold = setTimeout(() => canvas.feed({ type: "hold" }), HOLD_MILLISECONDS);
    },
    stopHold,
    stop() {
      stopHold();
      stopping.abort();
    },
  };
}
