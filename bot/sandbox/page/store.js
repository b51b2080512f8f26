// What the page knows of the sandbox's world: people, chats and the messages loaded so far.

import { read } from "./api.js";

const PAGE_SIZE = 50;
const COMMANDS_PAUSE_MS = 150;

const newestLast = (left, right) => left.id - right.id;

export class Store {
  constructor() {
    this.bot = { id: 0, username: "", first_name: "" };
    this.people = new Map();
    this.chats = new Map();
    this.history = new Map();
    this.late = new Map();
    this.early = null;
    this.seq = 0;
    this.viewer = null;
    this.crowd = null;
    this.connected = true;
    this.lead = 0;
    this.listeners = new Set();
  }

  /** Call `listener(event)` on every change. Returns how to stop. */
  on(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(event) {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** The sandbox's clock in milliseconds; it may run ahead of this computer's. */
  now() {
    return Date.now() + this.lead;
  }

  /** Take the whole state; events that come meanwhile are kept back and applied to it. */
  async load() {
    this.early ??= [];
    let state;
    try {
      state = await read(this.viewer === null ? "/api/state" : `/api/state?person=${this.viewer}`);
    } finally {
      if (!state) this.#flush();
    }
    this.seq = state.seq ?? 0;
    this.bot = state.bot ?? this.bot;
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.lead = state.clock ? new Date(state.clock).getTime() - Date.now() : 0;
    if (Math.abs(this.lead) < 2_000) this.lead = 0;
    this.emit({ type: "state" });
    this.#flush();
  }

  #flush() {
    const waiting = this.early ?? [];
    this.early = null;
    waiting.forEach((event) => this.apply(event));
  }

  nameOf(id) {
    if (id === 0) return this.bot.first_name;
    const person = this.people.get(id);
    return person ? [person.first_name, person.last_name].filter(Boolean).join(" ") : "…";
  }

  /** A chat as the sandbox holds it, or the empty private chat of a person who has not opened the bot yet. */
  chat(id) {
    const known = this.chats.get(id);
    if (known) return known;
    if (!this.people.has(id)) return null;
    return {
      id,
      kind: "private",
      title: "",
      person: id,
      members: [id],
      commands: [],
      unread: 0,
      reply_keyboard: null,
      last: null,
      typing: false,
    };
  }

  groups() {
    return [...this.chats.values()].filter((chat) => chat.kind === "group");
  }

  membersOf(chat) {
    return (chat.members ?? []).filter((id) => this.people.has(id));
  }

  /** Chats in which a person can write. */
  chatsOf(personId) {
    return [this.chat(personId), ...this.groups().filter((chat) => chat.members.includes(personId))].filter(Boolean);
  }

  titleOf(chat) {
    return chat.title || this.bot.first_name;
  }

  /** How many messages of a chat a person has not seen. */
  unread(chat, personId) {
    return chat.unread_of?.[personId] ?? (chat.kind === "private" ? chat.unread : 0);
  }

  setRead(chat, personId) {
    chat.unread = 0;
    if (chat.unread_of) chat.unread_of[personId] = 0;
  }

  messages(chatId) {
    return this.history.get(chatId)?.list ?? [];
  }

  isComplete(chatId) {
    return this.history.get(chatId)?.complete ?? false;
  }

  async #fetch(chatId, personId, before) {
    const query = new URLSearchParams({ person: personId, limit: PAGE_SIZE });
    if (before !== undefined) query.set("before", before);
    return (await read(`/api/chats/${chatId}/messages?${query}`)).messages;
  }

  /** Load the end of a chat, replacing what was held of it. */
  async open(chatId, personId) {
    if (!this.chats.has(chatId)) {
      this.history.set(chatId, { list: [], complete: true });
    } else {
      const late = new Map();
      this.late.set(chatId, late);
      const list = await this.#fetch(chatId, personId);
      if (this.late.get(chatId) !== late) return;
      this.late.delete(chatId);
      // Events that came while the answer was on its way are newer than what it holds.
      const merged = new Map(list.map((message) => [message.id, message]));
      for (const [id, message] of late) {
        if (message) merged.set(id, message);
        else merged.delete(id);
      }
      this.history.set(chatId, { list: [...merged.values()].sort(newestLast), complete: list.length < PAGE_SIZE });
    }
    this.emit({ type: "history", chat: chatId });
  }

  /** Load the page before what is held. Returns the added messages, oldest first. */
  async older(chatId, personId) {
    const held = this.history.get(chatId);
    if (!held || held.complete || !held.list.length) return [];
    const list = await this.#fetch(chatId, personId, held.list[0].id);
    const known = new Set(held.list.map((message) => message.id));
    const added = list.filter((message) => !known.has(message.id)).sort(newestLast);
    held.list = [...added, ...held.list];
    held.complete = list.length < PAGE_SIZE;
    return added;
  }

  /** Take in one event of the sandbox. */
  apply(event) {
    if (this.early && event.type !== "reset") {
      this.early.push(event);
      return;
    }
    if (event.seq !== undefined && event.type !== "reset") {
      if (event.seq <= this.seq) return;
      this.seq = event.seq;
    }
    switch (event.type) {
      case "message":
        this.#keep(event.message);
        this.#count(event.message);
        break;
      case "edit":
        this.#keep(event.message);
        break;
      case "commands":
        this.#reloadSoon();
        break;
      case "delete": {
        this.late.get(event.chat)?.set(event.id, null);
        const held = this.history.get(event.chat);
        if (held) held.list = held.list.filter((message) => message.id !== event.id);
        const chat = this.chats.get(event.chat);
        if (chat?.last?.id === event.id) chat.last = held?.list.at(-1) ?? null;
        break;
      }
      case "chat":
        this.chats.set(event.chat.id, event.chat);
        break;
      case "person":
        this.people.set(event.person.id, event.person);
        break;
      case "keyboard": {
        const chat = this.chats.get(event.chat);
        if (chat) chat.reply_keyboard = event.reply_keyboard;
        break;
      }
      case "typing": {
        const chat = this.chats.get(event.chat);
        if (chat) chat.typing = true;
        break;
      }
      case "crowd":
        this.crowd = { done: event.done, total: event.total, stuck: event.stuck ?? 0 };
        break;
      default:
    }
    this.emit(event);
  }

  /** Every chat's commands may have changed: one request serves all of these events. */
  #reloadSoon() {
    if (this.reloading) return;
    this.reloading = setTimeout(() => {
      this.reloading = null;
      this.load().catch(() => {});
    }, COMMANDS_PAUSE_MS);
  }

  #count(message) {
    const chat = this.chats.get(message.chat);
    if (!chat) return;
    for (const member of chat.members ?? []) {
      if (member === message.from) continue;
      if (chat.unread_of) chat.unread_of[member] = (chat.unread_of[member] ?? 0) + 1;
      if (chat.kind === "private") chat.unread += 1;
    }
  }

  #keep(message) {
    const chat = this.chats.get(message.chat);
    if (chat) {
      if (message.from === 0) chat.typing = false;
      if (!chat.last || chat.last.id <= message.id) chat.last = message;
    }
    this.late.get(message.chat)?.set(message.id, message);
    const held = this.history.get(message.chat);
    if (!held) return;
    const at = held.list.findIndex((other) => other.id === message.id);
    if (at >= 0) held.list[at] = message;
    else if (!held.list.length || held.complete || message.id > held.list[0].id) {
      held.list.push(message);
      held.list.sort(newestLast);
    }
  }
}
