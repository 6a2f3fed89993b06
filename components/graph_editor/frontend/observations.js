/** Commands about evidence, and observations when the states of their variable change. */

/**
 * @typedef {import("./drawing.js").Drawing} Drawing
 * @typedef {import("./drawing.js").Observation} Observation
 * @typedef {{id: string, before: string[], after: string[], from: (number|null)[]}} Restating
 */

/** As in Python: files print six or seven digits. */
const SUM_TOLERANCE = 1e-6 + 1e-12;

export const without = (map, ids) => new Map([...map].filter(([id]) => !ids.has(id)));

const areKnown = (drawing, ids) => ids.every((id) => drawing.variables.has(id));

/** @returns {Drawing|null} */
export function observe(drawing, { id, observation }) {
  if (!areKnown(drawing, [id]) || !fits(observation, drawing.variables.get(id).states)) return null;
  return {
    ...drawing,
    observed: new Map(drawing.observed).set(id, observation),
    suspended: without(drawing.suspended, new Set([id])),
  };
}

/** @returns {Drawing|null} */
export function observeAll(drawing, { evidence }) {
  const observed = new Map(evidence);
  const isSound = ([id, seen]) => areKnown(drawing, [id]) && fits(seen, drawing.variables.get(id).states);
  const isOncePerVariable = observed.size === evidence.length;
  return isOncePerVariable && evidence.every(isSound) ? { ...drawing, observed, suspended: new Map() } : null;
}

/** @returns {Drawing|null} */
export function retract(drawing, { ids }) {
  if (!areKnown(drawing, ids)) return null;
  const gone = new Set(ids);
  return { ...drawing, observed: without(drawing.observed, gone), suspended: without(drawing.suspended, gone) };
}

export const suspend = (drawing, { ids }) => passOver(drawing, ids, "observed", "suspended");
export const resume = (drawing, { ids }) => passOver(drawing, ids, "suspended", "observed");

function passOver(drawing, ids, from, to) {
  if (!areKnown(drawing, ids)) return null;
  const passing = ids.filter((id) => drawing[from].has(id)).map((id) => [id, drawing[from].get(id)]);
  return {
    ...drawing,
    [from]: without(drawing[from], new Set(ids)),
    [to]: new Map([...drawing[to], ...passing]),
  };
}

function fits(observation, states) {
  if ("state" in observation) return states.includes(observation.state);
  if ("not" in observation) return states.includes(observation.not);
  if ("states" in observation) {
    return observation.states.length > 0 && observation.states.every((state) => states.includes(state));
  }
  if ("likelihood" in observation) return areWeights(observation.likelihood, states);
  return areWeights(observation.belief, states) && Math.abs(sum(observation.belief) - 1) <= SUM_TOLERANCE;
}

function areWeights(numbers, states) {
  const areSound = numbers.every((weight) => Number.isFinite(weight) && weight >= 0);
  return numbers.length === states.length && areSound && sum(numbers) > 0;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/**
 * The evidence after a variable got other states; its observation is dropped where nothing is left of it.
 * @param {Map<string, Observation>} evidence
 * @param {Restating} change
 * @returns {Map<string, Observation>}
 */
export function followed(evidence, change) {
  if (!evidence.has(change.id)) return evidence;
  const observation = followedObservation(evidence.get(change.id), change);
  return observation ? new Map(evidence).set(change.id, observation) : without(evidence, new Set([change.id]));
}

function followedObservation(observation, { before, after, from }) {
  const renamed = (state) => after[from.indexOf(before.indexOf(state))];
  if ("state" in observation) return one("state", renamed(observation.state));
  if ("not" in observation) return one("not", renamed(observation.not));
  if ("states" in observation) return some(observation.states.map(renamed).filter((state) => state !== undefined));
  // Nothing was seen of a new state, so an observation gives it zero.
  const moved = (numbers) => from.map((old) => (old === null ? 0 : numbers[old]));
  if ("likelihood" in observation) return weighed("likelihood", moved(observation.likelihood));
  const hasLost = before.some((_, index) => !from.includes(index));
  return weighed("belief", hasLost ? normalised(moved(observation.belief)) : moved(observation.belief));
}

const one = (form, state) => (state === undefined ? null : { [form]: state });
const some = (states) => (states.length ? { states } : null);
const weighed = (form, numbers) => (sum(numbers) > 0 ? { [form]: numbers } : null);

function normalised(numbers) {
  const total = sum(numbers);
  return total > 0 ? numbers.map((number) => number / total) : numbers;
}
