// Building the page's elements. Text always goes in as text: nothing a person or a bot writes is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with its attributes and children. `on` holds event listeners, `class` may be a list with falsy holes,
 * `vars` CSS custom properties; an attribute of `null`, `undefined` or `false` is left out, `true` is set empty.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "vars") for (const [key, held] of Object.entries(value)) node.style.setProperty(key, held);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const ICONS = {
  logo: "M4.5 20.5h15M6.5 15.8L16 6.3a1.6 1.6 0 0 1 2.3 2.3l-9.5 9.5-3.3.9z",
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  send: "M5 12L4 4.6c-.1-.8.6-1.3 1.3-1L20.5 11c.8.4.8 1.6 0 2L5.3 20.4c-.7.3-1.4-.2-1.3-1zM5 12h8",
  attach: "M20 11.5l-8 8a5 5 0 0 1-7.1-7.1l8.6-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.6-7.5",
  slash: "M14.5 5l-5 14",
  keyboard: "M3 7.5A1.5 1.5 0 0 1 4.5 6h15A1.5 1.5 0 0 1 21 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 16.5zM7 10h.01M12 10h.01M17 10h.01M8 14.5h8",
  photo: "M4 6.5A1.5 1.5 0 0 1 5.5 5h13A1.5 1.5 0 0 1 20 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5zM4 16l4.5-4.5 4 4L15 13l5 4.5M15.5 9.2h.01",
  file: "M7 3.5h6.5L18 8v11a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 6 19V4.5A1 1 0 0 1 7 3.5zM13.5 3.5V8H18",
  pin: "M12 21s-6.5-5.9-6.5-11a6.5 6.5 0 0 1 13 0c0 5.1-6.5 11-6.5 11zM12 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  person: "M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4zM4.8 20c.6-3.6 3.5-5.5 7.2-5.5s6.6 1.9 7.2 5.5",
  people: "M9 11a3.3 3.3 0 1 0 0-6.6A3.3 3.3 0 0 0 9 11zM2.8 19c.5-3.2 3-5 6.2-5s5.7 1.8 6.2 5M15.5 4.7a3.3 3.3 0 0 1 0 6M17.5 14.3c2 .7 3.3 2.3 3.7 4.7",
  split: "M4.5 5h15A1.5 1.5 0 0 1 21 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-11A1.5 1.5 0 0 1 4.5 5zM12 5v14",
  tools: "M4 7h8M18 7h2M4 17h2M12 17h8M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  stop: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM6 6l12 12",
  edit: "M5 19l.8-3.8L16.5 4.5a1.6 1.6 0 0 1 2.3 0l.7.7a1.6 1.6 0 0 1 0 2.3L8.8 18.2z",
  reply: "M10 6l-6 5.5 6 5.5v-3.5c5 0 7.7 1.5 10 4.5-.4-5-3.5-8.5-10-8.5z",
  link: "M8 16L16 8M9.5 8H16v6.5",
  copy: "M9 8.5h9.5V20H9zM15 8.5V4H5.5v11.5H9",
  share: "M13.5 6l6.5 5.5-6.5 5.5v-3.5c-4.5 0-7.2 1.2-9.5 4 .5-4.5 3.5-8 9.5-8z",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.8l4 4L15 8M11.5 15.5l1.3 1.3L21.5 8",
  more: "M12 5.5h.01M12 12h.01M12 18.5h.01",
  bolt: "M13 3L5 13.5h5.5L10 21l8.5-11H13z",
  phone: "M6.5 4h3l1.3 4-2 1.6a11 11 0 0 0 5.6 5.6l1.6-2 4 1.3v3c0 .8-.7 1.5-1.5 1.5C11.5 18.5 5 12 5 5.5 5 4.7 5.7 4 6.5 4z",
};

/** A line icon, hidden from screen readers: the button around it carries the label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** An SVG element of the page's own drawings. */
export function drawn(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** A round button that shows only an icon. */
export function iconButton(name, label, listener, props = {}) {
  const { class: extra, ...rest } = props;
  return el(
    "button",
    { type: "button", class: ["icon-button", extra], "aria-label": label, title: label, on: { click: listener }, ...rest },
    icon(name),
  );
}

/** The bot's own colour, the page's accent. */
export const BOT_HUE = "#0b7f9e";

const HUES = ["#d9644a", "#d9902f", "#4d9e57", "#2b93a8", "#4a7fd1", "#8b67c9", "#c9568f", "#5f7f95"];

/** The colour of a person's or chat's avatar. */
export function colourOf(id, given) {
  if (typeof given === "string" && /^(#[0-9a-f]{3,8}|hsl\([\d\s.,%deg]+\))$/i.test(given)) return given;
  return HUES[Math.abs(Number(id) || 0) % HUES.length];
}

/** A round avatar with initials. */
export function avatar(id, name, colour, size = "") {
  const letters = name
    .split(/\s+/u)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word))
    .slice(0, 2)
    .map((word) => [...word][0])
    .join("");
  return el(
    "span",
    { class: ["avatar", size && `avatar-${size}`], vars: { "--hue": colourOf(id, colour) }, "aria-hidden": "true" },
    (letters || "•").toLocaleUpperCase(),
  );
}
