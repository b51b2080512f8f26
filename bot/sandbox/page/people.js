// The left column: who can be played, what their chats say last, and the groups.

import { avatar, el, icon, iconButton } from "./dom.js";
import { summary } from "./message.js";
import { roleOf } from "./pane.js";
import { dayKey, timeOf } from "./words.js";

function when(message, store, t) {
  if (!message) return null;
  if (dayKey(message.date) === dayKey(store.now())) return timeOf(message.date);
  const [, month, day] = dayKey(message.date).split("-");
  return t.language === "en" ? `${day}/${month.padStart(2, "0")}` : `${day.padStart(2, "0")}.${month.padStart(2, "0")}`;
}

function lastLine(chat, store, t, own) {
  if (chat.typing) return el("span", { class: "last typing" }, `${t("typing")}…`);
  if (!chat.last) return el("span", { class: "last faint" }, t("notStarted"));
  const sender = chat.kind === "group" && chat.last.from !== own && !chat.last.service ? `${store.nameOf(chat.last.from)}: ` : "";
  return el("span", { class: "last" }, sender && el("b", {}, sender), summary(chat.last, t));
}

function entry({ id, name, colour, badge, note, chat, store, t, isChosen, own, open }) {
  const unread = store.unread(chat, own);
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: ["entry", isChosen && "chosen"],
        "aria-current": isChosen ? "true" : null,
        data: { chat: id },
        on: { click: open },
      },
      el("span", { class: "entry-avatar" }, avatar(id, name, colour), badge),
      el(
        "span",
        { class: "entry-text" },
        el("span", { class: "entry-line" }, el("b", { class: "entry-name" }, name), note, el("time", {}, when(chat.last, store, t))),
        el(
          "span",
          { class: "entry-line" },
          lastLine(chat, store, t, own),
          unread > 0 && el("span", { class: "badge", "aria-label": t("unread", { n: unread }) }, String(unread)),
        ),
      ),
    ),
  );
}

/** Draw the whole column into `node`. `app` has store, panes, t, active and what its buttons do. */
export function drawPeople(node, app) {
  const { store, t } = app;
  const top = node.querySelector(".people-scroll")?.scrollTop ?? 0;
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.chat : undefined;
  const open = app.isListShown ? [] : app.panes.filter((pane) => pane.isOpen);
  const shown = new Set(open.map((pane) => pane.chat.id));
  const all = [...store.people.values()];
  const seen = all.filter((person, index) => index < app.peopleShown || shown.has(person.id));
  const hidden = all.length - seen.length;
  const people = seen.map((person) =>
    entry({
      id: person.id,
      name: store.nameOf(person.id),
      colour: person.color,
      badge: el("i", { class: "language-badge", "aria-hidden": "true" }, person.language_code.slice(0, 2)),
      note: el("span", { class: ["role", `role-${roleOf(person)}`] }, person.blocked ? icon("stop") : null, t(roleOf(person))),
      chat: store.chat(person.id),
      store,
      t,
      own: person.id,
      isChosen: shown.has(person.id),
      open: () => app.open(app.active, person.id, person.id, true),
    }),
  );
  const groups = store.groups().map((chat) =>
    entry({
      id: chat.id,
      name: chat.title,
      colour: null,
      badge: null,
      note: null,
      chat,
      store,
      t,
      own: app.viewerOf(chat),
      isChosen: shown.has(chat.id),
      open: () => app.openGroup(chat),
    }),
  );
  node.lang = t.language;
  node.setAttribute("aria-label", t("chats"));
  node.replaceChildren(
    el(
      "header",
      { class: "people-head" },
      el("span", { class: "brand", "aria-hidden": "true" }, icon("logo")),
      el("div", { class: "pane-title" }, el("b", {}, store.bot.first_name), el("span", { class: "under" }, t("sandbox"))),
      iconButton("tools", t("tools"), () => app.tools(), { class: "tools-button" }),
    ),
    ...(store.connected ? [] : [el("p", { class: "broken", role: "status" }, t("reconnecting"))]),
    el(
      "div",
      { class: "people-scroll" },
      el("div", { class: "section-head" }, el("h2", {}, t("people")), iconButton("plus", t("addPerson"), () => app.addPerson())),
      el("ul", { class: "entries" }, people),
      hidden
        ? el("button", { type: "button", class: "show-more", on: { click: () => app.showMorePeople() } }, t("showMore", { n: hidden }))
        : "",
      el("div", { class: "section-head" }, el("h2", {}, t("groups")), iconButton("plus", t("addGroup"), () => app.addGroup())),
      el("ul", { class: "entries" }, groups),
    ),
  );
  node.querySelector(".people-scroll").scrollTop = top;
  if (focused !== undefined) node.querySelector(`[data-chat="${Number(focused)}"]`)?.focus({ preventScroll: true });
}
