/** The drawing and everything that reads or edits it, in one place to import from. */

export { apply } from "./apply.js";
export { edgesOf, freeId, fromSections, label } from "./drawing.js";
export { fragmentOf, fromDocument } from "./fragment.js";
