// The writing line: text, commands, inline results, attachments and the bot's keyboard below it.

import { send } from "./api.js";
import { ask, contactDialog, locationDialog, openMenu, uploadDialog } from "./dialogs.js";
import { avatar, el, icon, iconButton } from "./dom.js";
import { summary } from "./message.js";

const INLINE_PAUSE_MS = 250;
const MOST_LINES_PX = 160;

/** Rows of a reply keyboard, as Telegram's object or as bare rows. */
function rowsOf(keyboard) {
  const rows = Array.isArray(keyboard) ? keyboard : keyboard?.keyboard;
  return rows?.length ? rows.map((row) => row.map((button) => (typeof button === "string" ? { text: button } : button))) : null;
}

export class Composer {
  /** `pane` has store, person, chat, t, drafts, say(words), fail(error) and writeAs(personId). */
  constructor(pane) {
    this.pane = pane;
    this.replying = null;
    this.chosen = 0;
    this.options = [];
    this.inlineRound = 0;
    this.isKeyboardShown = true;
    const { t } = pane;

    this.area = el("textarea", {
      class: "writing",
      rows: 1,
      placeholder: t("write"),
      "aria-label": t("write"),
      "aria-autocomplete": "list",
      value: pane.drafts.get(this.draftKey()) ?? "",
      on: {
        input: () => this.changed(),
        keydown: (event) => this.key(event),
        paste: (event) => this.pasted(event),
      },
    });
    this.suggestions = el("div", { class: "suggestions", role: "listbox", hidden: true });
    this.replyLine = el("div", { class: "reply-line", hidden: true });
    this.keyboard = el("div", { class: "reply-keyboard", hidden: true });
    this.keyboardButton = iconButton("keyboard", t("keyboardHide"), () => {
      this.isKeyboardShown = !this.isKeyboardShown;
      this.drawKeyboard();
    });
    this.sendButton = iconButton("send", t("send"), () => this.submit(), { class: "send-button" });
    this.file = el("input", { type: "file", hidden: true, on: { change: () => this.filePicked() } });
    this.line = el(
      "div",
      { class: "writing-line" },
      this.leading(),
      this.area,
      this.keyboardButton,
      iconButton("attach", t("attach"), (event) => this.attachMenu(event.currentTarget), { "aria-haspopup": "menu" }),
      this.sendButton,
    );
    this.bar = el("div", { class: "bar", hidden: true });
    this.node = el(
      "footer",
      { class: "composer" },
      this.suggestions,
      this.replyLine,
      this.line,
      this.bar,
      this.keyboard,
      this.file,
    );
    this.update();
    this.resize();
    this.suggest(this.area.value);
  }

  draftKey() {
    return `${this.pane.person.id}/${this.pane.chat.id}`;
  }

  /** What stands left of the text: who writes (in a group), and the bot's commands. */
  leading() {
    const { t, store, person, chat } = this.pane;
    this.commandsButton = iconButton("slash", t("commands"), () => this.toggleCommands(), { class: "commands-button" });
    if (chat.kind !== "group") return [this.commandsButton];
    const name = store.nameOf(person.id);
    const who = el(
      "button",
      {
        type: "button",
        class: "who-button",
        "aria-label": `${t("writeAs")}: ${name}`,
        title: `${t("writeAs")}: ${name}`,
        "aria-haspopup": "menu",
        on: { click: () => this.pane.whoMenu(who) },
      },
      avatar(person.id, name, person.color, "small"),
    );
    return [who, this.commandsButton];
  }

  /** Draw again what depends on the chat: bars, keyboard, commands. */
  update() {
    const { t, person, chat, store } = this.pane;
    const isPrivate = chat.kind === "private";
    const hasNothing = isPrivate && !store.chats.has(chat.id) && !store.messages(chat.id).length;
    const isFresh = isPrivate && !chat.last && !store.messages(chat.id).length;
    this.bar.replaceChildren();
    if (isPrivate && person.blocked) {
      this.bar.append(this.barButton(t("unblock"), () => this.pane.setBlocked(false)));
    } else if (hasNothing || isFresh) {
      this.bar.append(this.barButton(t("start"), () => this.start()));
    }
    const isBarred = this.bar.childElementCount > 0;
    this.bar.hidden = !isBarred;
    this.line.hidden = isBarred;
    this.commandsButton.hidden = !chat.commands?.length;
    this.drawKeyboard();
  }

  barButton(words, run) {
    return el("button", { type: "button", class: "bar-button", on: { click: run } }, words);
  }

  async start() {
    const { person, chat } = this.pane;
    await this.try(() => send("/api/send", { person: person.id, chat: chat.id, text: "/start" }));
  }

  async try(deed) {
    try {
      return await deed();
    } catch (error) {
      this.pane.fail(error);
      return null;
    }
  }

  drawKeyboard() {
    const { chat, t } = this.pane;
    const rows = rowsOf(chat.reply_keyboard);
    this.keyboardButton.hidden = !rows;
    const isShown = Boolean(rows) && this.isKeyboardShown && !this.line.hidden;
    this.keyboard.hidden = !isShown;
    const label = t(isShown ? "keyboardHide" : "keyboardShow");
    this.keyboardButton.setAttribute("aria-label", label);
    this.keyboardButton.title = label;
    this.keyboardButton.setAttribute("aria-expanded", String(isShown));
    this.area.placeholder = chat.reply_keyboard?.input_field_placeholder || t("write");
    if (!rows) return;
    this.keyboard.replaceChildren(
      ...rows.map((row) =>
        el(
          "div",
          { class: "keyboard-row" },
          row.map((button) =>
            el(
              "button",
              { type: "button", class: "reply-key", on: { click: () => this.pressed(button) } },
              button.request_contact && icon("phone"),
              button.request_location && icon("pin"),
              el("span", {}, button.text),
            ),
          ),
        ),
      ),
    );
  }

  async pressed(button) {
    if (button.request_contact) await this.shareOwnPhone();
    else if (button.request_location) await this.shareLocation();
    else await this.deliver(button.text);
    if (this.pane.chat.reply_keyboard?.one_time_keyboard) {
      this.isKeyboardShown = false;
      this.drawKeyboard();
    }
  }

  where() {
    return { person: this.pane.person.id, chat: this.pane.chat.id };
  }

  async shareOwnPhone() {
    const { t, person } = this.pane;
    const body = t("sharePhoneHint", { phone: person.phone ?? "" });
    const isSure = await ask({ title: t("sharePhone"), body, yes: t("send"), t });
    if (isSure) await this.try(() => send("/api/contact", this.where()));
  }

  async shareLocation() {
    const place = await locationDialog(this.pane.t);
    if (place) await this.try(() => send("/api/location", { ...this.where(), ...place }));
  }

  async shareContact() {
    const contact = await contactDialog(this.pane.t, this.pane.store, this.pane.person);
    if (contact) await this.try(() => send("/api/contact", { ...this.where(), ...contact }));
  }

  attachMenu(anchor) {
    const { t } = this.pane;
    const pick = (kind, accept) => {
      this.fileKind = kind;
      this.file.accept = accept;
      this.file.value = "";
      this.file.click();
    };
    openMenu(anchor, [
      { label: t("photo"), icon: "photo", run: () => pick("photo", "image/*") },
      { label: t("document"), icon: "file", run: () => pick("document", "") },
      { label: t("location"), icon: "pin", run: () => this.shareLocation() },
      { label: t("contact"), icon: "person", run: () => this.shareContact() },
    ]);
  }

  filePicked() {
    if (this.file.files.length) this.offerFile(this.file.files[0], this.fileKind);
  }

  offerFile(file, kind) {
    return uploadDialog(this.pane.t, { ...this.where(), file, kind });
  }

  pasted(event) {
    const file = [...event.clipboardData.files][0];
    if (!file) return;
    event.preventDefault();
    this.offerFile(file, file.type.startsWith("image/") ? "photo" : "document");
  }

  reply(message) {
    const { t, store } = this.pane;
    this.replying = message;
    this.replyLine.hidden = false;
    this.replyLine.replaceChildren(
      icon("reply"),
      el(
        "div",
        { class: "answered" },
        el("b", {}, t("replyTo", { name: store.nameOf(message.from) })),
        el("span", {}, summary(message, t)),
      ),
      iconButton("close", t("cancel"), () => this.forgetReply()),
    );
    this.area.focus();
  }

  forgetReply() {
    this.replying = null;
    this.replyLine.hidden = true;
  }

  /** Put text into the writing line. */
  insert(text) {
    this.area.value = text;
    this.changed();
    this.area.focus();
    this.area.setSelectionRange(text.length, text.length);
  }

  async submit() {
    const text = this.area.value.trim();
    if (!text) return;
    const reply = this.replying;
    this.area.value = "";
    this.forgetReply();
    this.changed();
    if (!(await this.deliver(text, reply)) && !this.area.value) this.insert(text);
  }

  deliver(text, reply = null) {
    const values = { ...this.where(), text };
    if (reply) values.reply_to = reply.id;
    return this.try(() => send("/api/send", values));
  }

  key(event) {
    const isOpen = !this.suggestions.hidden && this.options.length > 0;
    if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + step + this.options.length) % this.options.length;
      this.markChosen();
    } else if (isOpen && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey))) {
      this.options[this.chosen].run();
    } else if (event.key === "Escape" && (!this.suggestions.hidden || this.replying)) {
      this.closeSuggestions();
      this.forgetReply();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      this.submit();
    } else return;
    event.preventDefault();
  }

  changed() {
    const { value } = this.area;
    this.pane.drafts.set(this.draftKey(), value);
    this.resize();
    this.suggest(value);
  }

  resize() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, MOST_LINES_PX)}px`;
    this.sendButton.classList.toggle("ready", Boolean(this.area.value.trim()));
  }

  suggest(value) {
    clearTimeout(this.inlineTimer);
    this.inlineRound += 1;
    const inline = this.inlineQuery(value);
    if (inline !== null) {
      this.inlineTimer = setTimeout(() => this.askInline(inline, this.inlineRound), INLINE_PAUSE_MS);
      return;
    }
    const typed = /^\/([\w]*)$/.exec(value)?.[1].toLowerCase();
    const commands = (this.pane.chat.commands ?? []).filter(({ command }) => typed !== undefined && command.startsWith(typed));
    if (commands.length) this.showCommands(commands);
    else this.closeSuggestions();
  }

  inlineQuery(value) {
    const { username } = this.pane.store.bot;
    const head = `@${username} `.toLowerCase();
    return username && value.toLowerCase().startsWith(head) ? value.slice(head.length) : null;
  }

  toggleCommands() {
    if (!this.suggestions.hidden) {
      this.closeSuggestions();
      return;
    }
    this.showCommands(this.pane.chat.commands ?? []);
    this.area.focus();
  }

  showCommands(commands) {
    this.showOptions(
      commands.map(({ command, description }) => ({
        node: [el("b", {}, `/${command}`), el("span", {}, description)],
        run: () => {
          this.area.value = "";
          this.changed();
          this.deliver(`/${command}`);
          this.area.focus();
        },
      })),
      "commands-list",
    );
  }

  async askInline(query, round) {
    const { t } = this.pane;
    const answer = await this.try(() => send("/api/inline", { ...this.where(), query, offset: "" }));
    if (!answer || round !== this.inlineRound) return;
    const options = answer.results.map((result) => ({
      node: [
        avatar(0, result.title || result.text || "•", null, "small"),
        el("span", { class: "choice-text" }, el("b", {}, result.title ?? ""), el("span", {}, result.description ?? "")),
      ],
      run: () => this.choose(query, result),
    }));
    if (answer.button?.text)
      options.unshift({
        node: [icon("bolt"), el("b", {}, answer.button.text)],
        run: () => {
          this.area.value = "";
          this.changed();
          this.pane.openStart(answer.button.start_parameter ?? "");
        },
      });
    this.showOptions(options, "inline-list", answer.results.length ? null : t("nothing"));
  }

  async choose(query, result) {
    const values = { ...this.where(), query, result: result.id };
    this.area.value = "";
    this.changed();
    await this.try(() => send("/api/choose", values));
    this.area.focus();
  }

  showOptions(options, kind, empty = null) {
    this.options = options;
    this.chosen = 0;
    this.suggestions.className = `suggestions ${kind}`;
    this.suggestions.replaceChildren(
      ...options.map(({ node, run }, index) =>
        el(
          "div",
          {
            class: "suggestion",
            role: "option",
            id: `${this.pane.name}-option-${index}`,
            on: {
              pointerdown: (event) => event.preventDefault(),
              click: run,
            },
          },
          node,
        ),
      ),
      ...(empty ? [el("p", { class: "hint" }, empty)] : []),
    );
    this.suggestions.hidden = false;
    this.markChosen();
  }

  markChosen() {
    [...this.suggestions.querySelectorAll(".suggestion")].forEach((node, index) => {
      node.setAttribute("aria-selected", String(index === this.chosen));
      if (index !== this.chosen) return;
      node.scrollIntoView({ block: "nearest" });
      this.area.setAttribute("aria-activedescendant", node.id);
    });
  }

  closeSuggestions() {
    this.options = [];
    this.suggestions.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }
}
