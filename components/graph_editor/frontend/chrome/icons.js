/** Line icons on a 20 × 20 field, in the colour of the text beside them. */

import { svg } from "../dom.js";

const PATHS = new Map([
  ["gallery", "M3 4.5h5.5v11H3zM11.5 4.5H17v4.3h-5.5zM11.5 11.2H17v4.3h-5.5z"],
  ["new", "M5 2.8h6.5L15.5 7v10.2H5zM11.3 3v4.2h4"],
  ["open", "M2.8 15.8V4.6h4.7l1.7 2h7v2.2M2.8 15.8l2.5-7h12.4l-2.6 7z"],
  ["save", "M10 3v9.2M6.4 8.8 10 12.4l3.6-3.6M3.5 13.2v3.3h13v-3.3"],
  ["undo", "M7.2 4 3.4 7.8l3.8 3.8M3.6 7.8h7.9a4.3 4.3 0 0 1 0 8.6H8"],
  ["redo", "M12.8 4l3.8 3.8-3.8 3.8M16.4 7.8H8.5a4.3 4.3 0 0 0 0 8.6H12"],
  ["variable", "M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6z"],
  ["factor", "M4.6 4.6h10.8v10.8H4.6z"],
  ["arrange", "M7.8 2.8h4.4v3.6H7.8zM2.6 13.6H7v3.6H2.6zM13 13.6h4.4v3.6H13zM10 6.4v3.4M4.8 13.6v-3.8h10.4v3.8"],
  ["fit", "M3.2 7V3.2H7M13 3.2h3.8V7M16.8 13v3.8H13M7 16.8H3.2V13"],
  ["compact", "M3.2 5.4h13.6M3.2 10h13.6M3.2 14.6h8"],
  ["presenter", "M2.6 3.8h14.8M3.8 3.8v8.6h12.4V3.8M10 12.4v2.4M6.6 17.2l3.4-2.4 3.4 2.4"],
  ["help", "M7.4 7.6a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 2M10 14.8v.2"],
  ["beliefs", "M3.4 4.8h13.2M3.4 8.3h7.4M3.4 11.8h10.4M3.4 15.3h4.4"],
  ["inspector", "M3 4h14v12H3zM12 4v12M14 7.2h1.2M14 9.8h1.2"],
  ["study", "M8.6 3.2a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.8zM12.6 12.6l4.4 4.4M6.4 8.6h4.4M8.6 6.4v4.4"],
  ["predict", "M7.2 12.4a4.8 4.8 0 1 1 5.6 0c-.6.5-.8 1-.8 1.7H8c0-.7-.2-1.2-.8-1.7zM8.2 17h3.6"],
  ["record", "M10 3.4a6.6 6.6 0 1 0 0 13.2 6.6 6.6 0 0 0 0-13.2zM10 7.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"],
  ["back", "M12.2 4.6 6.8 10l5.4 5.4"],
  ["next", "M7.8 4.6 13.2 10l-5.4 5.4"],
  ["retract", "M4.4 4.6v4h4M4.8 8.4A6.2 6.2 0 1 1 4 12"],
  ["close", "M5.5 5.5l9 9M14.5 5.5l-9 9"],
  ["down", "M6 8.2l4 4 4-4"],
  ["check", "M4.4 10.6l3.8 3.8 7.4-8.6"],
  ["wave", "M3 8.2c2.3-2.4 4.7-2.4 7 0s4.7 2.4 7 0M3 13.2c2.3-2.4 4.7-2.4 7 0s4.7 2.4 7 0"],
  ["warning", "M10 3.2l7.4 13H2.6zM10 8v4M10 14v.2"],
  ["dot", "M10 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"],
]);

/**
 * @param {string} name one of PATHS
 * @returns {SVGElement} for the eye only: what it means stands beside it or in the label
 */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS.get(name) }));
}
