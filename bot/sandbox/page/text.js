// Text with Telegram's entities (offsets in UTF-16 units, as JavaScript counts) as safely built elements.

import { el } from "./dom.js";

const SAFE_LINK = /^(https?|tg|mailto|tel):/i;
const LINES_SHOWN_FOLDED = 3;

/** Only schemes that cannot run a script. */
export function safeUrl(url) {
  const text = String(url ?? "").trim();
  if (SAFE_LINK.test(text)) return text;
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? null : `https://${text}`;
}

/**
 * What a link of the bot's own means inside the page: `{start}` opens a private chat, `{group}` adds to a group,
 * `{share}` offers a text to another chat; null for any other address.
 */
export function insideLink(url, botUsername) {
  let parsed;
  try {
    parsed = new URL(safeUrl(url) ?? "");
  } catch {
    return null;
  }
  const query = parsed.searchParams;
  const isTelegram = /^(www\.)?(t\.me|telegram\.me)$/i.test(parsed.hostname);
  const name = isTelegram ? parsed.pathname.split("/")[1] : query.get("domain");
  if (!isTelegram && parsed.protocol !== "tg:") return null;
  if (isTelegram && name === "share")
    return { share: [query.get("url"), query.get("text")].filter(Boolean).join("\n") };
  if (!name || name.toLowerCase() !== botUsername.toLowerCase()) return null;
  if (query.has("startgroup")) return { group: query.get("startgroup") };
  return { start: query.get("start") ?? "" };
}

function link(url, actions, children) {
  const safe = safeUrl(url);
  if (!safe) return el("span", {}, children);
  return el(
    "a",
    {
      class: "link",
      href: safe,
      target: "_blank",
      rel: "noopener noreferrer",
      on: {
        click: (event) => {
          if (actions.follow(safe)) event.preventDefault();
        },
      },
    },
    children,
  );
}

function spoiler(children, t) {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("reveal") }, children);
  const reveal = (event) => {
    if (node.classList.contains("revealed")) return;
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", reveal, true);
  node.addEventListener("keydown", reveal);
  return node;
}

function quote(children, folds, t) {
  if (!folds) return el("blockquote", { class: "quote" }, children);
  const body = el("div", { class: "quote-body", vars: { "--lines": LINES_SHOWN_FOLDED } }, children);
  const toggle = el("button", { type: "button", class: "quote-toggle", "aria-expanded": "false" }, t("more"));
  toggle.addEventListener("click", () => {
    const open = node.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = t(open ? "less" : "more");
  });
  const node = el("blockquote", { class: "quote folding" }, body, toggle);
  return node;
}

function wrap(entity, plain, children, actions, t) {
  switch (entity.type) {
    case "bold":
      return el("strong", {}, children);
    case "italic":
      return el("em", {}, children);
    case "underline":
      return el("u", {}, children);
    case "strikethrough":
      return el("s", {}, children);
    case "spoiler":
      return spoiler(children, t);
    case "code":
      return el("code", { class: "code" }, children);
    case "pre":
      return el("pre", { class: "pre", "data-language": entity.language }, el("code", {}, children));
    case "blockquote":
      return quote(children, false, t);
    case "expandable_blockquote":
      return quote(children, true, t);
    case "text_link":
      return link(entity.url, actions, children);
    case "url":
      return link(plain, actions, children);
    case "email":
      return link(`mailto:${plain}`, actions, children);
    case "phone_number":
      return link(`tel:${plain}`, actions, children);
    case "bot_command":
      return el("button", { type: "button", class: "link", on: { click: () => actions.command(plain) } }, children);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return el("span", { class: "tag" }, children);
    default:
      return el("span", {}, children);
  }
}

const IS_BLOCK = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** The text of a message as nodes. `actions` has `follow(url) → handled?` and `command(text)`. */
export function formatted(text, entities, actions, t) {
  const sorted = [...(entities ?? [])].sort((left, right) => left.offset - right.offset || right.length - left.length);

  const build = (start, end, inside) => {
    const nodes = [];
    let at = start;
    let afterBlock = false;
    const plainUpTo = (stop) => {
      // A block stands on lines of its own, so the line break that follows it is already there.
      const from = afterBlock && text[at] === "\n" ? at + 1 : at;
      if (stop > from) nodes.push(document.createTextNode(text.slice(from, stop)));
      if (stop > at) afterBlock = false;
      at = Math.max(at, stop);
    };
    for (let index = 0; index < inside.length; index += 1) {
      const entity = inside[index];
      const from = Math.max(entity.offset, at);
      const to = Math.min(entity.offset + entity.length, end);
      if (to <= from) continue;
      plainUpTo(from);
      const within = inside.slice(index + 1).filter((other) => other.offset < to);
      nodes.push(wrap(entity, text.slice(from, to), build(from, to, within), actions, t));
      at = to;
      afterBlock = IS_BLOCK.has(entity.type);
    }
    plainUpTo(end);
    return nodes;
  };
  return build(0, text.length, sorted);
}
