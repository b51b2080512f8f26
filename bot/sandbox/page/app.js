// The page: who is played in which pane, kept in the address so that a reload comes back to the same place.

import { listen, send } from "./api.js";
import { groupDialog, personDialog, problemText } from "./dialogs.js";
import { Pane } from "./pane.js";
import { drawPeople } from "./people.js";
import { Store } from "./store.js";
import { toolsDialog } from "./tools.js";
import { wordsOf } from "./words.js";

const PHONE = matchMedia("(max-width: 640px)");
const ROOM_FOR_TWO = matchMedia("(min-width: 900px)");
const RETRY_MS = 1_500;
const PEOPLE_AT_ONCE = 30;

class App {
  constructor() {
    this.store = new Store();
    this.frame = document.getElementById("app");
    this.people = document.getElementById("people");
    this.row = document.getElementById("panes");
    this.panes = [];
    this.peopleShown = PEOPLE_AT_ONCE;
    this.t = wordsOf(navigator.language.slice(0, 2));
    this.addPane();
    this.active = this.panes[0];
  }

  async begin() {
    for (;;) {
      try {
        await this.store.load();
        break;
      } catch {
        this.panes[0].drawEmpty(this.t);
        this.panes[0].say(this.t("noServer"));
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.store.on((event) => this.take(event));
    listen({
      onEvent: (event) => this.store.apply(event),
      onBroken: () => this.connection(false),
      onBack: () => this.reload(),
      since: () => this.store.seq,
    });
    addEventListener("hashchange", () => this.route());
    document.addEventListener("visibilitychange", () => this.panes.forEach((pane) => pane.isOpen && pane.markRead()));
    ROOM_FOR_TWO.addEventListener("change", () => this.route());
    await this.route();
  }

  /** A crowd may bring thousands of people; the column takes them in portions. */
  showMorePeople() {
    this.peopleShown += 4 * PEOPLE_AT_ONCE;
    this.drawPeople();
  }

  connection(isOn) {
    this.store.connected = isOn;
    this.drawPeople();
  }

  /** Take the whole state again: events may have been missed. */
  async reload() {
    try {
      await this.store.load();
    } catch {
      return;
    }
    this.store.connected = true;
    this.store.history.clear();
    await this.route();
  }

  addPane() {
    const pane = new Pane(this, `pane${this.panes.length}`);
    this.panes.push(pane);
    this.row.append(pane.node);
    return pane;
  }

  // --- the address

  hash() {
    const values = new URLSearchParams();
    this.panes
      .filter((pane) => pane.isOpen)
      .forEach((pane, index) => {
        values.set(index ? "person2" : "person", pane.person.id);
        if (index || !this.isListShown) values.set(index ? "chat2" : "chat", pane.chat.id);
      });
    return `#${values}`;
  }

  remember(push = false) {
    const hash = this.hash();
    if (hash === location.hash) return;
    history[push ? "pushState" : "replaceState"](null, "", hash);
  }

  /** Show what the address says; `start` opens the person's chat and starts the bot with it, once. */
  async route() {
    const values = new URLSearchParams(location.hash.slice(1));
    const first = [...this.store.people.keys()][0];
    const asked = Number(values.get("person"));
    const person = this.store.people.has(asked) ? asked : first;
    if (person === undefined) {
      this.panes[0].drawEmpty(this.t);
      this.showList(true);
      this.drawPeople();
      return;
    }
    const isStart = values.has("start");
    const chat = this.store.chat(Number(values.get("chat"))) ? Number(values.get("chat")) : person;
    const second = Number(values.get("person2"));
    const wantsTwo = this.store.people.has(second) && ROOM_FOR_TWO.matches && !isStart;
    while (this.panes.length > (wantsTwo ? 2 : 1)) this.drop(this.panes.at(-1));
    if (wantsTwo && this.panes.length < 2) this.addPane();

    this.showList(PHONE.matches && !isStart && !values.has("chat"));
    const shown = [this.showIn(this.panes[0], person, isStart ? person : chat)];
    if (wantsTwo) {
      const chat2 = this.store.chat(Number(values.get("chat2"))) ? Number(values.get("chat2")) : second;
      shown.push(this.showIn(this.panes[1], second, chat2));
    }
    this.focus(this.panes.includes(this.active) ? this.active : this.panes[0]);
    this.drawPeople();
    await Promise.all(shown);
    if (isStart) {
      this.remember();
      await this.openStart(this.panes[0], person, values.get("start"));
    }
  }

  async showIn(pane, person, chat) {
    if (pane.isOpen && pane.person.id === person && pane.chat.id === chat && this.store.history.has(chat)) {
      pane.seenAgain();
      return;
    }
    await pane.show(person, chat);
  }

  /** On a phone either the list or the chat is seen. */
  showList(isShown) {
    this.isListShown = isShown && PHONE.matches;
    this.frame.classList.toggle("list-shown", this.isListShown);
  }

  // --- what panes and the column ask for

  focus(pane) {
    const isOther = this.active !== pane;
    this.active = pane;
    this.panes.forEach((other) => other.node.classList.toggle("active", other === pane && this.panes.length > 1));
    this.speak(isOther);
  }

  /** The page's own words follow the language of the person being played. */
  speak(redraw = true) {
    const language = this.active.person?.language_code;
    if (language) this.t = wordsOf(language);
    this.store.viewer = this.active.person?.id ?? null;
    document.documentElement.lang = this.t.language;
    if (redraw) this.drawPeople();
  }

  async open(pane, person, chat, byHand = false) {
    const push = PHONE.matches && this.isListShown;
    this.showList(false);
    const done = pane.show(person, chat);
    this.focus(pane);
    this.drawPeople();
    this.remember(push);
    if (byHand && !PHONE.matches) pane.composer?.area.focus({ preventScroll: true });
    await done;
  }

  /** Whose eyes a chat is seen with: its own person's, or in a group the one being played if a member. */
  viewerOf(chat) {
    const current = this.active.person?.id;
    const members = this.store.membersOf(chat);
    return members.includes(current) ? current : members[0];
  }

  openGroup(chat) {
    const person = this.viewerOf(chat);
    if (person !== undefined) this.open(this.active, person, chat.id, true);
  }

  async openStart(pane, person, parameter) {
    try {
      await send("/api/open", { person, parameter });
    } catch (error) {
      pane.fail(error);
      return;
    }
    if (!this.store.chats.has(person)) await this.store.load();
    await this.open(pane, person, person);
  }

  back() {
    this.showList(true);
    this.drawPeople();
    this.remember();
  }

  split() {
    const person = this.panes[0].person.id;
    const other = [...this.store.people.keys()].find((id) => id !== person) ?? person;
    this.open(this.addPane(), other, other, true);
    this.panes[0].drawHeader();
  }

  drop(pane) {
    this.panes = this.panes.filter((other) => other !== pane);
    pane.node.remove();
    if (this.active === pane) [this.active] = this.panes;
  }

  close(pane) {
    this.drop(pane);
    this.panes[0].drawHeader();
    this.focus(this.panes[0]);
    this.drawPeople();
    this.remember();
  }

  async addPerson() {
    const person = await personDialog(this.t);
    if (!person) return;
    this.store.apply({ type: "person", person });
    await this.open(this.active, person.id, person.id, true);
  }

  async addGroup() {
    const answer = await groupDialog(this.t, this.store, this.active.person?.id);
    if (!answer) return;
    await this.store.load();
    const id = answer.chat?.id ?? answer.chat;
    const chat = this.store.chats.get(id) ?? this.store.groups().at(-1);
    if (chat) this.openGroup(chat);
  }

  tools() {
    toolsDialog(this.t, this.store, { say: (words) => this.active.say(words), onReset: () => this.reset() });
  }

  async reset() {
    try {
      await send("/api/reset", {});
    } catch (error) {
      this.active.say(problemText(error, this.t));
      return;
    }
    this.store.crowd = null;
  }

  drawPeople() {
    drawPeople(this.people, this);
    const me = this.active.person?.id;
    const unread = me ? this.store.chatsOf(me).reduce((sum, chat) => sum + this.store.unread(chat, me), 0) : 0;
    document.title = `${unread ? `(${unread}) ` : ""}${this.store.bot.first_name || "Halyq Úni"}`;
  }

  take(event) {
    for (const pane of this.panes) pane.take(event);
    if (event.type === "person" && event.person.id === this.active.person?.id) this.speak(false);
    if (event.type === "reset") this.reload();
    else if (event.type !== "toast" && event.type !== "crowd") this.drawSoon();
  }

  /** A crowd brings many events at once; the column is drawn once a frame. */
  drawSoon() {
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.drawPeople();
    });
  }
}

new App().begin();
