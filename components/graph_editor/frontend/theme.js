/** Streamlit's theme, as far as the page follows it: light or dark. */

/** Backgrounds darker than this carry light type. */
const HALF = 0.5;

/**
 * @param {HTMLElement} host of the component; Streamlit's colours are custom properties on it
 * @returns {"light" | "dark"}
 */
export function themeOf(host) {
  const colour = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  return luminance(colour) < HALF ? "dark" : "light";
}

/**
 * Relative luminance, roughly: enough to tell a dark theme from a light one.
 *
 * @param {string} colour "#rrggbb", "#rgb" or "rgb(…)"
 * @returns {number} 0 to 1; 1 for what cannot be read
 */
export function luminance(colour) {
  const [red, green, blue] = channels(colour);
  const sum = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return Number.isFinite(sum) ? sum / 255 : 1;
}

function channels(colour) {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(colour)?.[1];
  if (!hex) return (colour.match(/[\d.]+/g) ?? []).map(Number);
  const width = hex.length < 6 ? 1 : 2;
  return [0, 1, 2].map((i) => parseInt(hex.slice(i * width, (i + 1) * width).repeat(3 - width), 16));
}
