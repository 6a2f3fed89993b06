/** The viewport over time: where the window is, and when a gesture of panning or zooming has paused. */

import { bounds } from "./geometry.js";
import { START, centredOn, fitTo, panBy, toCanvas, zoomAt } from "./viewport.js";

/** A gesture has paused after this time, and what it brought into sight may be drawn. */
const PAUSE_MILLISECONDS = 140;

/**
 * During a gesture only the transform of one group changes; `onPause` is told when there is time for more.
 * @param {ReturnType<typeof import("./stage.js").createStage>} stage
 * @param {{onMove(): void, onPause(): void}} listener
 */
export function createCamera(stage, { onMove, onPause }) {
  let view = START;
  let timer = null;
  let isHeld = false; // somebody has chosen this view: it is not fitted again when the window changes

  function place(next) {
    view = next;
    stage.place(view);
    onMove();
  }

  function move(next) {
    isHeld = true;
    if (timer === null) stage.setMoving(true);
    clearTimeout(timer);
    timer = setTimeout(settle, PAUSE_MILLISECONDS);
    place(next);
  }

  function settle() {
    clearTimeout(timer);
    timer = null;
    stage.setMoving(false);
    onPause();
  }

  function jump(next) {
    place(next);
    settle();
  }

  const middle = () => {
    const { width, height } = stage.size();
    return { x: width / 2, y: height / 2 };
  };

  return {
    view: () => view,
    isHeld: () => isHeld,
    hold() {
      isHeld = true;
    },
    pan: (dx, dy) => move(panBy(view, dx, dy)),
    zoom: (at, factor) => move(zoomAt(view, at, factor)),
    zoomBy(factor) {
      isHeld = true;
      jump(zoomAt(view, middle(), factor));
    },
    jump,
    fit(nodes) {
      isHeld = false;
      const box = bounds(nodes);
      jump(box ? fitTo(box, stage.size()) : centredOn({ x: 0, y: 0 }, 1, stage.size()));
    },
    center: () => toCanvas(view, middle()),
    stop: () => clearTimeout(timer),
  };
}
