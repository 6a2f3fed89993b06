/** A picture as pixels, painted by the browser itself. */

/** Twice the size on the screen: sharp on a slide. */
const SCALE = 2;

/** What every current browser can paint: 16,384 pixels a side, and 64 million in all (256 MB of memory). */
const MAX_SIDE = 16_384;
const MAX_PIXELS = 64_000_000;

const TOO_LARGE = "This drawing is too large for a PNG picture: save it as SVG instead.";

/**
 * @param {number} width
 * @param {number} height
 * @returns {number} pixels per unit: SCALE, or 1 where only that can be painted
 * @throws {Error} where even that is too large
 */
export function scaleFor(width, height) {
  const fits = (scale) =>
    Math.max(width, height) * scale <= MAX_SIDE && width * height * scale * scale <= MAX_PIXELS;
  const scale = [SCALE, 1].find(fits);
  if (!scale) throw new Error(TOO_LARGE);
  return scale;
}

/**
 * @param {string} svg text of a picture with a width and a height
 * @param {string} background colour
 * @param {Document} page
 * @returns {Promise<Blob>} Rejects with a message for the reader.
 */
export async function pngOf(svg, background, page) {
  const { width, height } = sizeOf(svg, page);
  const scale = scaleFor(width, height);
  const surface = page.createElement("canvas");
  surface.width = Math.ceil(width * scale);
  surface.height = Math.ceil(height * scale);
  const paint = surface.getContext("2d");
  paint.fillStyle = background;
  paint.fillRect(0, 0, surface.width, surface.height);
  paint.drawImage(await imageOf(svg, page), 0, 0, surface.width, surface.height);
  return new Promise((resolve, reject) => {
    surface.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(TOO_LARGE))), "image/png");
  });
}

function sizeOf(svg, page) {
  const root = new page.defaultView.DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [, , width, height] = (root.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  return {
    width: parseFloat(root.getAttribute("width")) || width,
    height: parseFloat(root.getAttribute("height")) || height,
  };
}

async function imageOf(svg, page) {
  const image = page.createElement("img");
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    return image;
  } catch {
    throw new Error("The browser could not paint this drawing: save it as SVG instead.");
  } finally {
    URL.revokeObjectURL(address);
  }
}
