/** What of the drawing lights up where exact and loopy beliefs are compared: plain data for the canvas. */

/**
 * Twin bars in every variable; the loop that makes the largest gap; the observations that cut all loops.
 * @param {{gaps: object[], blame: object|null, worst: string, has_exact: boolean, structure: object}} reply
 * @returns {object} an overlay
 */
export function loopOverlay({ gaps, blame, worst, has_exact: hasExact, structure }) {
  const areTwinsExact = structure.loops !== "loopy";
  const loopy = beliefsOf(gaps, "loopy");
  const bars = hasExact ? { twins: loopy, areTwinsExact, beliefs: beliefsOf(gaps, "exact"), isExact: true }
    : { beliefs: loopy, isExact: areTwinsExact };
  const loop = blame ? { edges: loopEdges(blame), nodes: loopNodes(blame, worst) } : cuts(structure);
  return { ...bars, ...loop };
}

function beliefsOf(gaps, which) {
  return new Map(gaps.map((gap) => [gap.variable, gap[which]]));
}

/** The edges between neighbours of the loop, and those to the children that stand on it as people draw it. */
export function loopEdges({ cycle, through, gates }) {
  const round = cycle.map((id, place) => {
    const next = cycle[(place + 1) % cycle.length];
    return place % 2 === 0 ? { factor: next, variable: id } : { factor: id, variable: next };
  });
  const aside = through.map((variable, place) => ({ factor: gates[place], variable }));
  return [...round, ...aside].map((edge) => ({ ...edge, look: "loop" }));
}

function loopNodes({ cycle, through, observation }, worst) {
  const nodes = [...cycle, ...through].map((id) => ({ id, look: "loop", note: noteOf(id, worst, observation) }));
  const isOff = (id) => id !== "" && !cycle.includes(id) && !through.includes(id);
  const others = [[worst, "target"], [observation, "source"]].filter(([id]) => isOff(id));
  return [...nodes, ...others.map(([id, look]) => ({ id, look, note: noteOf(id, worst, observation) }))];
}

function noteOf(id, worst, observation) {
  if (id === worst) return "largest gap";
  return id === observation ? "news comes in here" : "";
}

function cuts({ cutting, splits }) {
  const split = splits.map(({ factor }) => ({ id: factor, look: "cut", note: "a product now" }));
  return { nodes: [...cutting.map((id) => ({ id, look: "cut", note: "cuts the loop" })), ...split] };
}
