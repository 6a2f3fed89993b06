/** The system's clipboard, which not every page may use directly. */

/**
 * @param {Document} page
 * @param {string} text
 * @returns {Promise<boolean>} whether the text is on the clipboard
 */
export async function writeClipboard(page, text) {
  const clipboard = page.defaultView.navigator.clipboard;
  if (clipboard?.writeText) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      return copyByEvent(page, text);
    }
  }
  return copyByEvent(page, text); // plain http, as in a lecture hall: the browser offers no clipboard object
}

function copyByEvent(page, text) {
  let isCopied = false;
  const fill = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    isCopied = true;
  };
  page.addEventListener("copy", fill, { capture: true });
  try {
    page.execCommand("copy");
  } finally {
    page.removeEventListener("copy", fill, { capture: true });
  }
  return isCopied;
}

/**
 * @param {Document} page
 * @returns {Promise<string | null>} null where the browser does not let the page read
 */
export async function readClipboard(page) {
  try {
    return (await page.defaultView.navigator.clipboard?.readText?.()) ?? null;
  } catch {
    return null;
  }
}
