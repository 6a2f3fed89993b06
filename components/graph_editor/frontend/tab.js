/** What this tab edits, and what its page was started with then; both survive a reload, not the tab. */

const DRAWING = "mbml-drawing";
const ORIGIN = "mbml-origin";

/**
 * @param {Storage|undefined} storage of the session; it may be missing, full, or forbidden by the browser's
 *   settings: then a reloaded tab goes on with the latest drawing
 */
export function createTabMemory(storage) {
  const attempt = (use) => {
    try {
      return use() ?? null;
    } catch {
      return null;
    }
  };
  return {
    drawing: () => attempt(() => storage.getItem(DRAWING)),
    origin: () => attempt(() => storage.getItem(ORIGIN)),
    remember(drawing, origin) {
      attempt(() => storage.setItem(DRAWING, drawing));
      attempt(() => storage.setItem(ORIGIN, origin));
    },
  };
}
