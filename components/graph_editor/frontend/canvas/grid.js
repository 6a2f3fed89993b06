/** Things on a plane, found by place without asking each of them. */

const CELL = 160;
/** No drawing is higher, in cells: a number for each cell. */
const MOST_ROWS = 65_536;

/**
 * @param {Iterable<T>} things
 * @param {(thing: T) => import("./viewport.js").Box} boxOf
 * @returns {{near(box): T[], add(thing: T): void, remove(thing: T): void}} `near`: those of the cells that a box
 *   touches, each once; some of them may lie beside it
 * @template T
 */
export function gridOf(things, boxOf) {
  const cells = new Map();

  function cellsOf({ left, right, top, bottom }) {
    const [first, last, upper, lower] = [left, right, top, bottom].map((value) => Math.floor(value / CELL));
    const keys = [];
    for (let column = first; column <= last; column += 1) {
      for (let row = upper; row <= lower; row += 1) keys.push(column * MOST_ROWS + row);
    }
    return keys;
  }

  function add(thing) {
    for (const key of cellsOf(boxOf(thing))) {
      if (!cells.has(key)) cells.set(key, new Set());
      cells.get(key).add(thing);
    }
  }

  for (const thing of things) add(thing);
  return {
    near(box) {
      const found = new Set();
      for (const key of cellsOf(box)) for (const thing of cells.get(key) ?? []) found.add(thing);
      return [...found];
    },
    add,
    remove(thing) {
      for (const key of cellsOf(boxOf(thing))) cells.get(key)?.delete(thing);
    },
  };
}
