/** When a question has to be asked again: the drawing, its evidence or the method is another one. */

/**
 * What answers depend on, to be compared part by part. The evidence is compared by what it says: Python sends it
 * back as new objects.
 * @param {object} state
 * @returns {Array<unknown>}
 */
export function momentOf({ drawing, sections }) {
  const method = sections.beliefs?.status?.method ?? "";
  return [drawing.variables, drawing.factors, JSON.stringify([...drawing.observed]), method];
}

/**
 * @param {Array<unknown>|null} before
 * @param {Array<unknown>} now
 */
export function isOther(before, now) {
  return before === null || now.some((part, place) => part !== before[place]);
}
