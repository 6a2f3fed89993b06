/** A name edited where it stands: a text field over it. */

/**
 * @param {HTMLElement} host
 * @returns {{open(request): void, place(box): void, close(): void, isOpen(): boolean}}
 *   `request`: {box, text, name, commit(text)}; `box` {left, top, width, height, size}: pixels in the host
 */
export function createRename(host) {
  const field = document.createElement("input");
  field.className = "canvas-rename";
  field.spellcheck = false;
  field.maxLength = 200;
  let request = null;

  /** Takes the field away before it speaks: removing it blurs it, and that must not commit again. */
  function finish(isKept) {
    if (request === null) return;
    const { text, commit, after } = request;
    const wanted = field.value.trim();
    request = null;
    field.remove();
    if (isKept && wanted !== text) commit(wanted);
    after?.();
  }

  function onKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      finish(event.key === "Enter");
    }
  }

  function place({ left, top, width, height, size }) {
    field.style.left = `${left}px`;
    field.style.top = `${top}px`;
    field.style.width = `${width}px`;
    field.style.height = `${height}px`;
    field.style.fontSize = `${size}px`;
  }

  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", () => finish(true));

  return {
    open(next) {
      finish(true);
      request = next;
      field.value = next.text;
      field.setAttribute("aria-label", next.name);
      place(next.box);
      host.append(field);
      field.focus({ preventScroll: true });
      field.select();
    },
    place,
    close: () => finish(false),
    isOpen: () => request !== null,
  };
}
