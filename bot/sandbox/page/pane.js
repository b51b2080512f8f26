// One conversation: header, messages and the writing line, as one person sees it.

import { send } from "./api.js";
import { Composer } from "./composer.js";
import { alertDialog, chatDialog, openMenu, personDialog, photoDialog, problemText, toast } from "./dialogs.js";
import { BOT_HUE, avatar, el, icon, iconButton } from "./dom.js";
import { messageRow } from "./message.js";
import { insideLink } from "./text.js";
import { LANGUAGES, dayKey, dayLabel, wordsOf } from "./words.js";

const NEAR_BOTTOM_PX = 80;
const NEAR_TOP_PX = 240;
const RUN_MS = 5 * 60_000;
const TYPING_MS = 6_000;
const WAITING_MS = 20_000;
const BOT_GONE = new Set(["left", "kicked"]);

export class Pane {
  /** `app` has store, open(pane, person, chat), close(pane), split(pane), focus(pane). */
  constructor(app, name) {
    this.app = app;
    this.store = app.store;
    this.name = name;
    this.drafts = new Map();
    this.waiting = new Map();
    this.person = null;
    this.chat = null;
    this.toasts = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.node = el("section", { class: "pane", on: { focusin: () => app.focus(this), pointerdown: () => app.focus(this) } });
    this.actions = {
      follow: (url, always) => this.follow(url, always),
      command: (words) => this.composer.deliver(words),
      tap: (message, button, node) => this.tap(message, button, node),
      isWaiting: (message, button) => this.waiting.has(this.waitingKey(message, button)),
      share: (words) => this.share(`@${this.store.bot.username} ${words}`),
      insertQuery: (words) => this.composer.insert(`@${this.store.bot.username} ${words}`),
      copy: (words) => this.copy(words),
      photo: (url) => photoDialog(url, this.t),
      reply: (message) => this.composer.reply(message),
      goTo: (id) => this.goTo(id),
      settled: () => this.isAtBottom && this.toBottom(false),
    };
  }

  get isOpen() {
    return this.person !== null;
  }

  /** Show a chat as a person sees it; loads its end. */
  async show(personId, chatId) {
    const person = this.store.people.get(personId);
    const chat = this.store.chat(chatId);
    if (!person || !chat) return;
    this.person = person;
    this.chat = chat;
    this.t = wordsOf(person.language_code);
    this.waiting.clear();
    this.draw();
    await this.load();
  }

  async load() {
    const { person, chat } = this;
    try {
      await this.store.open(chat.id, person.id);
    } catch (error) {
      this.fail(error);
    }
  }

  draw() {
    const { t, chat } = this;
    this.header = el("header", { class: "pane-head" });
    this.list = el("div", { class: "messages", role: "log", "aria-label": t("chat"), "aria-live": "off" });
    this.jump = el(
      "button",
      { type: "button", class: "jump", "aria-label": t("jump"), title: t("jump"), hidden: true, on: { click: () => this.toBottom() } },
      icon("down"),
    );
    this.missed = 0;
    this.isAtBottom = true;
    this.scroller = el("div", { class: "scroller", tabindex: "0", on: { scroll: () => this.scrolled() } }, this.list);
    this.composer = new Composer(this);
    this.node.lang = t.language;
    this.node.setAttribute("aria-label", this.store.titleOf(chat));
    this.node.replaceChildren(
      this.header,
      el("div", { class: "stage" }, this.scroller, this.jump, this.toasts),
      this.composer.node,
    );
    this.drawHeader();
    this.drawMessages();
  }

  /** Nobody is chosen. */
  drawEmpty(t) {
    this.person = null;
    this.chat = null;
    this.node.replaceChildren(
      el("div", { class: "stage nobody" }, el("span", { class: "pill" }, t("choose")), this.toasts),
    );
  }

  drawHeader() {
    const { t, chat, person, store, app } = this;
    const isGroup = chat.kind === "group";
    const title = store.titleOf(chat);
    const members = store.membersOf(chat);
    const under = chat.typing
      ? el("span", { class: "under typing" }, t("typing"), el("i", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")))
      : el("span", { class: "under" }, isGroup ? t("members", { n: members.length + (BOT_GONE.has(chat.bot_status) ? 0 : 1) }) : t("bot"));
    const name = store.nameOf(person.id);
    const who = el(
      "button",
      {
        type: "button",
        class: "who",
        "aria-haspopup": "menu",
        "aria-label": `${t("profile")}: ${name}`,
        title: t("playing", { name }),
        on: { click: () => this.personMenu(who) },
      },
      avatar(person.id, name, person.color, "small"),
      el(
        "span",
        { class: "who-text" },
        el("b", {}, person.first_name),
        el("span", {}, `${t(roleOf(person))} · ${LANGUAGES[person.language_code] ?? person.language_code}`),
      ),
      icon("down"),
    );
    this.header.replaceChildren(
      iconButton("back", t("back"), () => app.back(this), { class: "back-button" }),
      avatar(chat.id, title, isGroup ? null : BOT_HUE),
      el("div", { class: "pane-title" }, el("h1", {}, title), under),
      who,
      app.panes.length > 1
        ? iconButton("close", t("close"), () => app.close(this), { class: "close-pane" })
        : iconButton("split", t("split"), () => app.split(this), { class: "split-button" }),
    );
  }

  personMenu(anchor) {
    const { t, person } = this;
    const languages = Object.entries(LANGUAGES).map(([code, label]) => ({
      label,
      checked: person.language_code === code,
      leading: el("span", { class: "menu-code" }, code),
      run: () => this.change({ language_code: code }),
    }));
    openMenu(anchor, [
      ...languages,
      null,
      { label: t("edit"), icon: "edit", run: () => personDialog(t, person) },
      person.blocked
        ? { label: t("unblock"), icon: "check", run: () => this.setBlocked(false) }
        : { label: t("block"), icon: "stop", danger: true, run: () => this.setBlocked(true) },
    ]);
  }

  whoMenu(anchor) {
    openMenu(
      anchor,
      this.store.membersOf(this.chat).map((id) => ({
        label: this.store.nameOf(id),
        checked: id === this.person.id,
        leading: avatar(id, this.store.nameOf(id), this.store.people.get(id).color, "tiny"),
        run: () => this.app.open(this, id, this.chat.id),
      })),
    );
  }

  async change(values) {
    try {
      const answer = await send(`/api/person/${this.person.id}`, values, "PATCH");
      this.store.apply({ type: "person", person: answer.person ?? { ...this.person, ...values } });
    } catch (error) {
      this.fail(error);
    }
  }

  setBlocked(blocked) {
    return this.change({ blocked });
  }

  say(words) {
    toast(this.toasts, words);
  }

  fail(error) {
    this.say(this.t("failed", { error: problemText(error, this.t) }));
  }

  row(message) {
    const row = messageRow(message, this);
    this.rows.set(message.id, row);
    return row;
  }

  drawMessages() {
    this.rows = new Map();
    this.list.replaceChildren();
    this.store.messages(this.chat.id).forEach((message) => this.row(message));
    this.arrange();
    this.drawTyping();
  }

  /** Put every row into its day in order, and join the messages somebody sent in one go. */
  arrange() {
    const { chat, t, store } = this;
    const days = new Map([...this.list.querySelectorAll(".day-group")].map((node) => [node.dataset.day, node]));
    const used = new Set();
    let before = null;
    let rowBefore = null;
    let dayBefore = null;
    for (const message of store.messages(chat.id)) {
      const row = this.rows.get(message.id);
      const key = dayKey(message.date);
      const isNewDay = !before || dayKey(before.date) !== key;
      if (isNewDay) {
        const label = dayLabel(t, message.date, store.now());
        const day =
          days.get(key) ??
          el("section", { class: "day-group", data: { day: key } }, el("div", { class: "day" }, el("span", { class: "pill" })));
        day.querySelector(".day .pill").textContent = label;
        if (dayBefore) placeAfter(day, dayBefore);
        else if (this.list.firstElementChild !== day) this.list.prepend(day);
        used.add(key);
        dayBefore = day;
        rowBefore = day.firstElementChild;
      }
      placeAfter(row, rowBefore);
      const joins =
        !isNewDay &&
        !message.service &&
        !before.service &&
        before.from === message.from &&
        new Date(message.date) - new Date(before.date) < RUN_MS;
      row.classList.toggle("joins", joins);
      row.classList.add("ends");
      if (joins) rowBefore.classList.remove("ends");
      before = message;
      rowBefore = row;
    }
    for (const [key, day] of days) if (!used.has(key)) day.remove();
    this.list.querySelector(".empty")?.remove();
    if (before) return;
    const hint = chat.kind === "group" ? t("emptyGroup") : t("startHint");
    this.list.append(
      el(
        "div",
        { class: "empty" },
        avatar(chat.id, store.titleOf(chat), chat.kind === "group" ? null : BOT_HUE, "large"),
        el("b", {}, store.titleOf(chat)),
        el("p", {}, hint),
      ),
    );
  }

  drawTyping() {
    this.list.querySelector(".typing-row")?.remove();
    if (!this.chat.typing || this.chat.kind === "group") return;
    this.list.append(
      el("div", { class: "row in typing-row" }, el("div", { class: "bubble dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"))),
    );
    if (this.isAtBottom) this.toBottom(false);
  }

  /** Take in one event of the store. */
  take(event) {
    if (!this.isOpen) return;
    switch (event.type) {
      case "state":
        this.refresh();
        break;
      case "history":
        if (event.chat === this.chat.id) {
          this.drawMessages();
          this.composer.update();
          this.toBottom(false);
          this.markRead();
        }
        break;
      case "message":
        if (event.message.chat === this.chat.id) this.added(event.message);
        break;
      case "edit":
        if (event.message.chat === this.chat.id) this.edited(event.message);
        break;
      case "delete":
        if (event.chat === this.chat.id) this.removed(event.id);
        break;
      case "chat":
        if (event.chat.id === this.chat.id) this.refresh();
        break;
      case "person":
        if (event.person.id === this.person.id) this.personChanged(event.person);
        break;
      case "keyboard":
        if (event.chat === this.chat.id) {
          this.refresh();
          this.composer.isKeyboardShown = true;
          this.keepBottom(() => this.composer.update());
        }
        break;
      case "typing":
        if (event.chat === this.chat.id) this.typing();
        break;
      case "toast":
        if (event.person === this.person.id) this.answered(event);
        break;
      default:
    }
  }

  /** The chat or person objects were replaced in the store. */
  refresh() {
    this.person = this.store.people.get(this.person.id) ?? null;
    this.chat = this.person && this.store.chat(this.chat.id);
    if (!this.chat) return;
    this.drawHeader();
    this.keepBottom(() => this.composer.update());
  }

  personChanged(person) {
    const isOtherLanguage = wordsOf(person.language_code).language !== this.t.language;
    this.person = person;
    if (isOtherLanguage) {
      this.t = wordsOf(person.language_code);
      this.draw();
      this.toBottom(false);
    } else this.refresh();
  }

  typing() {
    clearTimeout(this.typingTimer);
    this.refresh();
    this.drawTyping();
    this.typingTimer = setTimeout(() => this.typingEnds(), TYPING_MS);
  }

  typingEnds() {
    clearTimeout(this.typingTimer);
    if (!this.isOpen || !this.chat.typing) return;
    this.chat.typing = false;
    this.drawHeader();
    this.drawTyping();
  }

  added(message) {
    if (this.rows.has(message.id)) {
      this.edited(message);
      return;
    }
    const wasAtBottom = this.isAtBottom;
    if (message.from === 0) this.typingEnds();
    this.refresh();
    if (!this.store.messages(this.chat.id).includes(message)) return;
    this.row(message).classList.add("arriving");
    this.arrange();
    if (wasAtBottom || message.from === this.person.id) {
      this.toBottom();
      this.markRead();
    } else {
      this.missed += 1;
      this.drawJump();
    }
  }

  edited(message) {
    this.forgetWaiting((key) => key.startsWith(`${message.id}/`));
    const row = this.rows.get(message.id);
    if (!row) return;
    const opened = row.querySelectorAll(".spoiler.revealed").length > 0;
    const focused = document.activeElement?.dataset?.callback;
    const isFocusInside = row.contains(document.activeElement);
    this.keepBottom(() => {
      const fresh = this.row(message);
      if (opened) fresh.querySelectorAll(".spoiler").forEach((node) => node.classList.add("revealed"));
      fresh.classList.add("changed");
      row.replaceWith(fresh);
      this.arrange();
      if (isFocusInside) {
        const buttons = [...fresh.querySelectorAll(".inline-button")];
        (buttons.find((node) => node.dataset.callback === focused) ?? buttons[0])?.focus({ preventScroll: true });
      }
    });
  }

  removed(id) {
    const row = this.rows.get(id);
    if (!row) return;
    this.rows.delete(id);
    row.remove();
    this.arrange();
    this.composer.update();
  }

  waitingKey(message, button) {
    return `${message.id}/${button.callback_data}`;
  }

  async tap(message, button, node) {
    const key = this.waitingKey(message, button);
    if (this.waiting.has(key)) return;
    const wait = { query: null, timer: setTimeout(() => this.forgetWaiting((other) => other === key), WAITING_MS) };
    this.waiting.set(key, wait);
    node.classList.add("waiting");
    node.setAttribute("aria-busy", "true");
    const place = message.inline_message_id
      ? { inline_message_id: message.inline_message_id }
      : { chat: this.chat.id, message: message.id };
    try {
      const answer = await send("/api/tap", { person: this.person.id, ...place, data: button.callback_data });
      wait.query = answer.query;
    } catch (error) {
      this.forgetWaiting((other) => other === key);
      this.fail(error);
    }
  }

  forgetWaiting(isMeant) {
    for (const [key, { timer }] of [...this.waiting]) {
      if (!isMeant(key)) continue;
      clearTimeout(timer);
      this.waiting.delete(key);
    }
    for (const node of this.list.querySelectorAll(".inline-button.waiting")) {
      const { id } = node.closest(".row").dataset;
      if (this.waiting.has(`${id}/${node.dataset.callback}`)) continue;
      node.classList.remove("waiting");
      node.removeAttribute("aria-busy");
    }
  }

  /** The bot answered a tap of this person. */
  answered({ text, alert, url, query }) {
    this.forgetWaiting((key) => {
      const mine = this.waiting.get(key).query;
      return query === undefined || mine === null || String(mine) === String(query);
    });
    if (url) this.follow(url, true);
    if (!text) return;
    if (alert) alertDialog(this.store.bot.first_name, text, this.t);
    else this.say(text);
  }

  /** Follow a link of the bot's own inside the page; any other in a new tab when `always`. Returns whether it did. */
  follow(url, always = false) {
    const inside = insideLink(url, this.store.bot.username);
    if (inside?.start !== undefined) this.openStart(inside.start);
    else if (inside?.group !== undefined) this.startInGroup(inside.group);
    else if (inside?.share !== undefined) this.share(inside.share);
    else if (always) window.open(url, "_blank", "noopener,noreferrer");
    else return false;
    return true;
  }

  async openStart(parameter) {
    await this.app.openStart(this, this.person.id, parameter);
  }

  async startInGroup(parameter) {
    const chatId = await chatDialog(this.t, this.store, this.person.id, true);
    if (chatId === null) return;
    await this.app.open(this, this.person.id, chatId);
    await this.composer.deliver(`/start@${this.store.bot.username} ${parameter}`.trim());
  }

  async share(words) {
    const chatId = await chatDialog(this.t, this.store, this.person.id);
    if (chatId === null) return;
    if (chatId !== this.chat.id) await this.app.open(this, this.person.id, chatId);
    this.composer.insert(words);
  }

  async copy(words) {
    try {
      await navigator.clipboard.writeText(words);
      this.say(this.t("copied"));
    } catch {
      this.say(this.t("notCopied"));
    }
  }

  /** The pane, hidden until now on a phone, is in sight again. */
  seenAgain() {
    if (!this.isAtBottom) return;
    this.toBottom(false);
    this.markRead();
  }

  goTo(id) {
    const row = this.rows.get(id);
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: "smooth" });
    row.classList.remove("pointed");
    requestAnimationFrame(() => row.classList.add("pointed"));
  }

  keepBottom(change) {
    const was = this.isAtBottom;
    change();
    if (was) this.toBottom(false);
  }

  toBottom(smooth = true) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
    this.isAtBottom = true;
    this.missed = 0;
    this.drawJump();
  }

  drawJump() {
    this.jump.hidden = this.isAtBottom;
    this.jump.replaceChildren(icon("down"), ...(this.missed ? [el("span", { class: "badge" }, String(this.missed))] : []));
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const goesUp = scrollTop < (this.lastTop ?? 0);
    this.lastTop = scrollTop;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
    // A smooth scroll down passes through the middle; only the person's own scroll up leaves the bottom.
    if (isNear || goesUp) this.isAtBottom = isNear;
    if (isNear) {
      if (this.missed) this.markRead();
      this.missed = 0;
    }
    this.drawJump();
    if (scrollTop < NEAR_TOP_PX) this.loadOlder();
  }

  async loadOlder() {
    if (this.isLoading || this.store.isComplete(this.chat.id) || !this.store.messages(this.chat.id).length) return;
    this.isLoading = true;
    const { list, scroller, chat } = this;
    const wait = el("div", { class: "older", role: "status" }, this.t("older"));
    list.prepend(wait);
    try {
      const added = await this.store.older(chat.id, this.person.id);
      wait.remove();
      if (this.chat.id !== chat.id || this.list !== list) return;
      const fromBottom = scroller.scrollHeight - scroller.scrollTop;
      added.forEach((message) => this.row(message));
      this.arrange();
      scroller.scrollTop = scroller.scrollHeight - fromBottom;
    } catch (error) {
      this.fail(error);
    } finally {
      wait.remove();
      this.isLoading = false;
    }
  }

  /** Tell the sandbox that this person has seen the chat's end. */
  markRead() {
    if (document.hidden || !this.isOpen || !this.node.offsetParent || !this.isAtBottom || !this.store.chats.has(this.chat.id)) return;
    const { person, chat } = this;
    const held = this.store.chats.get(chat.id);
    if (!this.store.unread(held, person.id)) return;
    this.store.setRead(held, person.id);
    this.app.drawPeople();
    send("/api/read", { person: person.id, chat: chat.id }).catch(() => {});
  }
}

/** Put a node right after another, leaving it alone when it is there already (moving it would take its focus). */
function placeAfter(node, anchor) {
  if (anchor.nextElementSibling !== node || node.parentNode !== anchor.parentNode) anchor.after(node);
}

const KNOWN_ROLES = new Set(["resident", "moderator", "official", "admin"]);

/** A person's role as one the page has a word for. */
export function roleOf(person) {
  return KNOWN_ROLES.has(person.role) ? person.role : "resident";
}
