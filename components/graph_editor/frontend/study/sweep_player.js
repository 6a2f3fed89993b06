/** Plays the sweeps of a run: one step after another until it is stopped. */

/** Milliseconds between two sweeps: slow enough to see a swing, fast enough for a hundred of them. */
const PACE = 120;

/**
 * @param {() => void} step
 * @param {(callback: () => void, ms: number) => unknown} [every]
 * @param {(timer: unknown) => void} [end]
 * @returns {{isPlaying: boolean, start: () => void, stop: () => void}}
 */
export function createSweepPlayer(step, every = setInterval, end = clearInterval) {
  let timer = null;
  return {
    get isPlaying() {
      return timer !== null;
    },
    start() {
      timer ??= every(step, PACE);
    },
    stop() {
      if (timer !== null) end(timer);
      timer = null;
    },
  };
}
