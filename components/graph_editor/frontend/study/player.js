/** A place in a run that can be played: forward at a speed, stopped, moved by hand. */

/** Steps per second, by the notches of the slider. */
export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32];
const USUAL = 2;

/**
 * @param {object} options
 * @param {() => number} options.length  steps of the run
 * @param {() => void} options.moved  the place or the playing changed
 * @param {(callback: () => void, ms: number) => unknown} [options.setTimer]
 * @param {(timer: unknown) => void} [options.clearTimer]
 */
export function createPlayer({
  length, moved, setTimer = (run, ms) => setTimeout(run, ms), clearTimer = (timer) => clearTimeout(timer),
}) {
  let at = 0;
  let speed = USUAL;
  let timer = null;

  function wait() {
    timer = setTimer(tick, 1000 / SPEEDS[speed]);
  }

  function tick() {
    timer = null;
    at = Math.min(at + 1, length());
    if (at < length()) wait();
    moved();
  }

  function stop() {
    if (timer !== null) clearTimer(timer);
    timer = null;
  }

  /** Without telling that it moved. */
  function put(place) {
    stop();
    at = Math.max(0, Math.min(Math.round(place), length()));
  }

  return {
    /** How many steps were taken. */
    at: () => Math.min(at, length()),
    isPlaying: () => timer !== null,
    speed: () => speed,
    /** @param {number} place */
    jump(place) {
      put(place);
      moved();
    },
    put,
    /** Play or pause; at the end from the beginning. */
    toggle() {
      if (timer !== null) stop();
      else if (length() > 0) {
        if (at >= length()) at = 0;
        wait();
      }
      moved();
    },
    /** @param {number} notch of SPEEDS */
    setSpeed(notch) {
      speed = Math.max(0, Math.min(notch, SPEEDS.length - 1));
      if (timer !== null) {
        stop();
        wait();
      }
      moved();
    },
    stop,
  };
}

/**
 * What a key does to a player; false where it does nothing.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean}} event
 * @param {ReturnType<typeof createPlayer>} player
 * @param {number} length
 */
export function playKey({ key, ctrlKey, metaKey, altKey }, player, length) {
  if (ctrlKey || metaKey || altKey) return false;
  const runs = new Map([
    [" ", () => player.toggle()],
    ["ArrowRight", () => player.jump(player.at() + 1)],
    ["ArrowLeft", () => player.jump(player.at() - 1)],
    ["Home", () => player.jump(0)],
    ["End", () => player.jump(length)],
  ]);
  runs.get(key)?.();
  return runs.has(key);
}
