/**
 * Building and patching elements. Names are data: text goes in as text nodes and attributes, never as markup.
 *
 *     patch(host, h("p", {class: "note"}, "Hello ", h("b", {}, name)))
 *
 * `h` builds a fresh element; `patch` makes the host look like it while keeping the elements that are there, and
 * so focus, selection, scroll positions and half-typed text.
 */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "indeterminate", "scrollTop"]);

const keys = new WeakMap();
const handlers = new WeakMap();
const drawn = new WeakMap();

/**
 * A new HTML element.
 *
 * Props: `key` (identity among its siblings), `onClick`… (one handler per event), `style` ({"--p": 0.4}: custom
 * properties, numbers only), `value`/`checked`/… (properties), anything else is an attribute; true is an empty
 * attribute, false, null and undefined none.
 * @param {string} tag
 * @param {object|null} [props]
 * @param {...(Node|string|number|null|false|Array)} children  lists are flattened, null and false skipped
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  return build(document.createElement(tag), props, children);
}

/**
 * As `h`, for SVG elements.
 * @returns {SVGElement}
 */
export function svg(tag, props, ...children) {
  return build(document.createElementNS(SVG, tag), props, children);
}

/**
 * Make the children of `host` look like `children`, keeping elements of the same tag and key.
 * @param {Element} host
 * @param {...(Node|string|null|false|Array)} children
 */
export function patch(host, ...children) {
  const focused = activeElement(host);
  patchChildren(host, nodesOf(children));
  // Moving an element takes its focus away.
  if (focused && focused.isConnected && activeElement(host) !== focused) focused.focus({ preventScroll: true });
}

/**
 * What has the focus inside `host`, through shadow roots; null when it is elsewhere.
 * @param {Element} host
 */
export function activeElement(host) {
  const found = host.getRootNode().activeElement ?? null;
  return found && host.contains(found) ? found : null;
}

function build(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  element.append(...nodesOf(children));
  // The value of a select exists once its options do.
  if (props && "value" in props) setDrawn(element, "value", props.value);
  return element;
}

function nodesOf(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

function setProp(element, name, value) {
  if (name === "key") keys.set(element, value);
  else if (name === "style") Object.entries(value).forEach(([key, number]) => setNumber(element, key, number));
  else if (/^on[A-Z]/.test(name)) setHandler(element, name.slice(2).toLowerCase(), value);
  else if (PROPERTIES.has(name)) setDrawn(element, name, value);
  else setAttribute(element, name, value);
}

function setNumber(element, name, number) {
  element.style.setProperty(name, String(Number(number)));
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** One listener per event for the life of the element; patching swaps the function it calls. */
function setHandler(element, event, handler) {
  if (!handlers.has(element)) handlers.set(element, new Map());
  const known = handlers.get(element);
  const run = (happened) => handlers.get(element).get(event)?.(happened);
  if (!known.has(event)) element.addEventListener(event, run);
  known.set(event, handler);
}

function setDrawn(element, name, value) {
  if (!drawn.has(element)) drawn.set(element, new Map());
  drawn.get(element).set(name, value);
  element[name] = value;
}

function patchChildren(parent, wanted) {
  const pool = [...parent.childNodes];
  const pairs = wanted.map((node) => [takeMatch(pool, node), node]);
  pool.forEach((node) => node.remove());
  pairs.forEach(([old, node], i) => {
    const kept = old ? patchNode(old, node) : node;
    if (parent.childNodes[i] !== kept) parent.insertBefore(kept, parent.childNodes[i] ?? null);
  });
}

function takeMatch(pool, node) {
  const place = pool.findIndex((old) => old.nodeName === node.nodeName && keys.get(old) === keys.get(node));
  return place < 0 ? null : pool.splice(place, 1)[0];
}

function patchNode(old, node) {
  if (old === node) return old;
  if (!(old instanceof Element)) {
    if (old.data !== node.data) old.data = node.data;
    return old;
  }
  patchAttributes(old, node);
  patchHandlers(old, node);
  patchChildren(old, [...node.childNodes]);
  patchProperties(old, node);
  return old;
}

function patchAttributes(old, node) {
  for (const { name } of [...old.attributes]) if (!node.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function patchHandlers(old, node) {
  const wanted = handlers.get(node) ?? new Map();
  for (const event of handlers.get(old)?.keys() ?? []) if (!wanted.has(event)) handlers.get(old).set(event, null);
  for (const [event, handler] of wanted) setHandler(old, event, handler);
}

/** A property is set where what is drawn changed, so that half-typed text survives every other change. */
function patchProperties(old, node) {
  const before = drawn.get(old);
  for (const [name, value] of drawn.get(node) ?? []) if (before?.get(name) !== value) setDrawn(old, name, value);
}
