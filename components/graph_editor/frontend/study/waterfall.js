/** The chart of contributions: where each bar begins and ends, as shares of its width; pure. */

/** Room beyond the outermost bars, as a share of the width. */
const MARGIN = 0.04;
/** How far an infinite bar reaches, as a multiple of all finite ones. */
const ENDLESS = 1.4;

/**
 * @typedef {{nats: number|null, sign: number}} Shift  `nats` is null where it is infinite
 * @typedef {{start: number, end: number, isEndless: boolean}} Bar
 */

/**
 * Bars that begin where the one above them ended: the first at 0, which is the log-odds before.
 * @param {Shift[]} shifts
 * @returns {{bars: Bar[], zero: number, end: number}}  shares of the width; `end`: where the last bar ends
 */
export function waterfall(shifts) {
  const finite = shifts.reduce((sum, { nats }) => sum + Math.abs(nats ?? 0), 0);
  const endless = ENDLESS * (finite || 1);
  const spans = [];
  let at = 0;
  for (const { nats, sign } of shifts) {
    const after = at + (nats ?? sign * endless);
    spans.push({ start: at, end: after, isEndless: nats === null });
    at = after;
  }
  const ends = [0, ...spans.map(({ end }) => end)];
  const share = scale(Math.min(...ends), Math.max(...ends));
  return {
    bars: spans.map((span) => ({ ...span, start: share(span.start), end: share(span.end) })),
    zero: share(0),
    end: share(at),
  };
}

function scale(low, high) {
  const width = high - low || 1;
  return (value) => MARGIN + (1 - 2 * MARGIN) * ((value - low) / width);
}
