// One message of a conversation: bubble, what it carries, and the keyboard under it.

import { BOT_HUE, avatar, colourOf, el, icon, iconButton } from "./dom.js";
import { kazakhstanMap } from "./map.js";
import { formatted } from "./text.js";
import { timeOf } from "./words.js";

const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic})*\s?){1,3}$/u;

const UNITS = ["B", "KB", "MB"];

function sizeText(bytes) {
  if (!Number.isFinite(bytes)) return "";
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit ? value.toFixed(1) : value} ${UNITS[unit]}`;
}

/** The first line of what a message says, for previews and replies. */
export function summary(message, t) {
  if (!message) return "";
  const words = message.text || message.caption || message.service || "";
  const head = words.split("\n").find((line) => line.trim()) ?? "";
  if (head) return head;
  if (message.photo) return t("photo");
  if (message.document) return message.document.name || t("document");
  if (message.contact) return t("contact");
  if (message.location) return t("location");
  return "";
}

function contactCard({ first_name: first, last_name: last, phone_number: phone, user_id: id }, store) {
  const name = [first, last].filter(Boolean).join(" ") || phone;
  return el(
    "div",
    { class: "card contact" },
    avatar(id ?? 0, name, store.people.get(id)?.color),
    el("div", { class: "card-text" }, el("b", {}, name), el("span", {}, phone)),
  );
}

function locationCard({ latitude, longitude }, t) {
  return el(
    "figure",
    { class: "place" },
    kazakhstanMap({ latitude, longitude, label: t("location") }),
    el("figcaption", {}, `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`),
  );
}

function documentCard({ name, url, size }, t) {
  return el(
    "a",
    { class: "card file", href: url, download: name || true, "aria-label": `${t("download")}: ${name}` },
    el("span", { class: "file-icon" }, icon("file")),
    el("span", { class: "card-text" }, el("b", {}, name), el("span", {}, sizeText(size))),
    icon("download"),
  );
}

function copyTextOf(button) {
  return typeof button.copy_text === "object" ? button.copy_text.text : button.copy_text;
}

/** Which of its kinds a button under a message is. */
function deed(button) {
  if (button.callback_data !== undefined) return { mark: null, run: (act, node, message) => act.tap(message, button, node) };
  if (button.url !== undefined) return { mark: "link", run: (act) => act.follow(button.url, true) };
  if (button.switch_inline_query !== undefined) return { mark: "share", run: (act) => act.share(button.switch_inline_query) };
  if (button.switch_inline_query_chosen_chat !== undefined)
    return { mark: "share", run: (act) => act.share(button.switch_inline_query_chosen_chat.query ?? "") };
  if (button.switch_inline_query_current_chat !== undefined)
    return { mark: "edit", run: (act) => act.insertQuery(button.switch_inline_query_current_chat) };
  if (button.copy_text !== undefined) return { mark: "copy", run: (act) => act.copy(copyTextOf(button)) };
  return { mark: null, run: () => {} };
}

function inlineKeyboard(message, actions) {
  const isWaiting = (button) => button.callback_data !== undefined && actions.isWaiting(message, button);
  return el(
    "div",
    { class: "inline-keyboard" },
    message.inline_keyboard.map((line) =>
      el(
        "div",
        { class: "keyboard-row" },
        line.map((button) => {
          const { mark, run } = deed(button);
          return el(
            "button",
            {
              type: "button",
              class: ["inline-button", isWaiting(button) && "waiting"],
              "aria-busy": isWaiting(button) ? "true" : null,
              data: button.callback_data === undefined ? {} : { callback: button.callback_data },
              on: { click: (event) => run(actions, event.currentTarget, message) },
            },
            el("span", {}, button.text),
            mark && icon(mark),
          );
        }),
      ),
    ),
  );
}

/** The row of one message. `context` has store, person, chat, t and actions. */
export function messageRow(message, context) {
  const { store, person, chat, t, actions } = context;
  if (message.service)
    return el("div", { class: "row service", data: { id: message.id } }, el("span", { class: "pill" }, message.service));

  const isOwn = message.from === person.id;
  const isGroup = chat.kind === "group";
  const sender = message.from === 0 ? store.bot : store.people.get(message.from);
  const words = message.text || message.caption || "";
  const meta = () => [
    message.edited && el("span", { class: "edited" }, t("edited")),
    el("time", { datetime: message.date }, timeOf(message.date)),
    isOwn && icon("checks"),
  ];
  const isBare = message.photo && !words;
  const isLarge = ONLY_EMOJI.test(words) && !message.photo && !message.document;
  const answered = message.reply_to ? store.messages(chat.id).find((other) => other.id === message.reply_to) : null;
  const colour = message.from === 0 ? BOT_HUE : sender?.color;
  const hue = { "--hue": colourOf(message.from, colour) };

  const bubble = el(
    "article",
    {
      class: ["bubble", message.photo && "with-photo", isBare && "bare", isLarge && "large", message.location && "with-place"],
      "aria-label": `${store.nameOf(message.from)}, ${timeOf(message.date)}`,
    },
    isGroup && !isOwn && el("div", { class: "author", vars: hue }, store.nameOf(message.from)),
    message.via_bot && el("div", { class: "via" }, t("via", { bot: `@${store.bot.username}` })),
    answered &&
      el(
        "button",
        { type: "button", class: "answered", on: { click: () => actions.goTo(answered.id) } },
        el("b", {}, store.nameOf(answered.from)),
        el("span", {}, summary(answered, t)),
      ),
    message.photo &&
      el(
        "button",
        { type: "button", class: "photo", "aria-label": t("openPhoto"), on: { click: () => actions.photo(message.photo) } },
        el("img", { src: message.photo, alt: t("photo"), on: { load: actions.settled } }),
      ),
    message.document && documentCard(message.document, t),
    message.contact && contactCard(message.contact, store),
    message.location && locationCard(message.location, t),
    words &&
      el(
        "div",
        { class: "text" },
        formatted(words, message.entities, actions, t),
        el("span", { class: "meta-room", "aria-hidden": "true" }, meta()),
      ),
    el("div", { class: "meta" }, meta()),
  );

  return el(
    "div",
    { class: ["row", isOwn ? "out" : "in", isGroup && "grouped"], data: { id: message.id, from: message.from } },
    isGroup && !isOwn && avatar(message.from, store.nameOf(message.from), colour, "small"),
    el(
      "div",
      { class: ["stack", message.inline_keyboard?.length && "has-keyboard"] },
      el(
        "div",
        { class: "bubble-line" },
        bubble,
        iconButton("reply", t("reply"), () => actions.reply(message), { class: "reply-button" }),
      ),
      message.inline_keyboard?.length ? inlineKeyboard(message, actions) : null,
    ),
  );
}
