/** Imagined cases as dots: how many of each sort, and where they are drawn; pure. */

/** Dots of the largest picture, and of one of its rows. */
export const MOST_DOTS = 1000;
export const COLUMNS = 40;

/**
 * @typedef {{kept: number, with_claim: number}} Stage
 * @typedef {{name: "yes"|"no"|"gone-yes"|"gone-no", count: number, first: number}} Sort  `first`: place of its first
 *   dot
 */

/**
 * The picture of a stage. Cases keep their places from stage to stage: those with the claim come first, and of those
 * the ones that stay longest. A picture of a thousand cases holds all of them; of more, those of the stage before.
 * @param {Stage[]} stages
 * @param {number} at  index of the stage
 * @returns {{sorts: Sort[], dots: number, worth: number}}  `worth`: cases for each dot
 */
export function dotsOf(stages, at) {
  const base = stages[stages[0].kept <= MOST_DOTS ? 0 : Math.max(at - 1, 0)];
  const stage = stages[at];
  const worth = worthOf(base.kept);
  const parts = [
    ["yes", stage.with_claim],
    ["gone-yes", base.with_claim - stage.with_claim],
    ["no", stage.kept - stage.with_claim],
    ["gone-no", base.kept - base.with_claim - (stage.kept - stage.with_claim)],
  ];
  const counts = shared(parts.map(([, cases]) => cases / worth));
  let first = 0;
  const sorts = parts.map(([name], index) => {
    const sort = { name, count: counts[index], first };
    first += counts[index];
    return sort;
  });
  return { sorts, dots: first, worth };
}

/**
 * One path for all dots of a sort, in units of one dot.
 * @param {Sort} sort
 * @param {number} radius
 * @returns {string}
 */
export function dotsPath({ count, first }, radius) {
  const parts = [];
  for (let place = first; place < first + count; place += 1) {
    const x = (place % COLUMNS) + 0.5 - radius;
    const y = Math.floor(place / COLUMNS) + 0.5;
    parts.push(`M${round(x)} ${y}a${radius} ${radius} 0 1 0 ${round(2 * radius)} 0`
      + `a${radius} ${radius} 0 1 0 ${round(-2 * radius)} 0`);
  }
  return parts.join("");
}

/** The smallest of 1, 2, 5, 10, 20, 50, … for which the dots are few enough. */
function worthOf(cases) {
  for (let power = 1; ; power *= 10) {
    const worth = [power, 2 * power, 5 * power].find((each) => cases / each <= MOST_DOTS);
    if (worth) return worth;
  }
}

/** Whole numbers of which the sum is that of the parts, rounded; each less than one away from its part. */
function shared(parts) {
  const floors = parts.map((part) => Math.floor(part + 1e-9));
  const total = Math.round(parts.reduce((sum, part) => sum + part, 0));
  const missing = total - floors.reduce((sum, part) => sum + part, 0);
  const remainders = parts.map((part, index) => [part - floors[index], index]);
  const byRemainder = remainders.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  byRemainder.slice(0, missing).forEach(([, index]) => { floors[index] += 1; });
  return floors;
}

const round = (number) => Math.round(number * 1000) / 1000;
