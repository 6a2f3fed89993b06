/** What an observation looks like on a card, and what a click on a state turns it into. */

/**
 * @typedef {import("../drawing.js").Observation} Observation
 * @typedef {"observed"|"excluded"|"allowed"|"soft"|""} Mark
 */

/** @returns {"none"|"hard"|"not"|"states"|"likelihood"|"belief"} */
export function kindOf(observation) {
  if (!observation) return "none";
  if ("state" in observation) return "hard";
  return ["not", "states", "likelihood", "belief"].find((kind) => kind in observation) ?? "none";
}

/** How one state is marked. @returns {Mark} */
export function markOf(observation, state) {
  switch (kindOf(observation)) {
    case "hard": return observation.state === state ? "observed" : "";
    case "not": return observation.not === state ? "excluded" : "";
    case "states": return observation.states.includes(state) ? "allowed" : "excluded";
    case "likelihood": case "belief": return "soft";
    default: return "";
  }
}

/** The sliders of soft evidence, 0 to 1, the greatest at 1: all at 1 where nothing soft is known. */
export function weightsOf(observation, size) {
  const weights = observation?.likelihood ?? observation?.belief ?? Array(size).fill(1);
  const greatest = Math.max(...weights);
  return weights.map((weight) => (greatest > 0 ? weight / greatest : 1));
}

/** In words: "observed yes", "not yes", "no or yes", "uncertain evidence". */
export function observationWords(observation) {
  switch (kindOf(observation)) {
    case "hard": return `observed ${observation.state}`;
    case "not": return `not ${observation.not}`;
    case "states": return `one of ${observation.states.join(" or ")}`;
    case "likelihood": return "uncertain evidence";
    case "belief": return "belief set";
    default: return "";
  }
}

/** A click on a state: seen, or, where it already was, nothing seen. @returns {Observation|null} */
export function clicked(observation, state) {
  return observation?.state === state ? null : { state };
}

/**
 * A click with Alt: the state joins or leaves those ruled out; never are all ruled out.
 * @returns {Observation|null}
 */
export function excluded(observation, state, states) {
  const before = ruledOut(observation, states);
  const after = before.includes(state) ? before.filter((other) => other !== state) : [...before, state];
  if (after.length === 0) return null;
  if (after.length === 1) return { not: after[0] };
  const left = states.filter((other) => !after.includes(other));
  return left.length === 0 ? { not: state } : { states: left };
}

function ruledOut(observation, states) {
  if (kindOf(observation) === "not") return [observation.not];
  return kindOf(observation) === "states" ? states.filter((state) => !observation.states.includes(state)) : [];
}

/**
 * Soft evidence with the slider of state `index` at `weight`; null where it says nothing.
 * @returns {Observation|null}
 */
export function slid(observation, size, index, weight) {
  const weights = weightsOf(observation, size).map((old, other) => (other === index ? weight : old));
  if (weights.every((one) => one === 1)) return null;
  const likelihood = weights.map((one) => Math.round(one * 100) / 100);
  // A likelihood of zeros only would rule out every state.
  return { likelihood: likelihood.some((one) => one > 0) ? likelihood : likelihood.map(() => 0.01) };
}
