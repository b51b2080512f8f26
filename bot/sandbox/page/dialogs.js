// Dialogs, menus and toasts. Dialogs are the browser's own <dialog>: it keeps the focus inside and Escape closes.

import { send, upload } from "./api.js";
import { avatar, el, icon, iconButton } from "./dom.js";
import { CITIES, kazakhstanMap } from "./map.js";
import { LANGUAGES, ROLES } from "./words.js";

const TOAST_MS = 3_500;
const PEOPLE_LISTED = 60;

/**
 * Show a modal dialog. `build(close)` returns its contents; `close(value)` ends it. Resolves to that value, or null
 * when the person left without an answer.
 */
export function openDialog({ title, t, build, wide = false, kind = "" }) {
  return new Promise((resolve) => {
    let answer = null;
    const node = el("dialog", { class: ["dialog", wide && "dialog-wide", kind], "aria-label": title });
    const close = (value = null) => {
      answer = value;
      node.close();
    };
    node.append(
      el(
        "div",
        { class: "dialog-frame" },
        el("header", { class: "dialog-head" }, el("h2", {}, title), iconButton("close", t("close"), () => close())),
        build(close),
      ),
    );
    node.addEventListener("click", (event) => {
      if (event.target === node) close();
    });
    node.addEventListener("close", () => {
      node.remove();
      resolve(answer);
    });
    document.body.append(node);
    node.showModal();
    (node.querySelector("[autofocus]") ?? node.querySelector(".button-main"))?.focus();
  });
}

const button = (text, listener, main = false, danger = false) =>
  el(
    "button",
    { type: "button", class: ["button", main && "button-main", danger && "button-danger"], on: { click: listener } },
    text,
  );

const submit = (text) => el("button", { type: "submit", class: "button button-main" }, text);

/** A form whose submit runs `onSubmit`; an error of the sandbox is written under the fields. */
function form(t, fields, go, onSubmit, close) {
  const problem = el("p", { class: "problem", role: "alert" });
  return el(
    "form",
    {
      class: "dialog-form",
      on: {
        submit: async (event) => {
          event.preventDefault();
          problem.textContent = "";
          try {
            await onSubmit();
          } catch (error) {
            problem.textContent = problemText(error, t);
          }
        },
      },
    },
    ...fields,
    problem,
    el("footer", { class: "dialog-foot" }, close && button(t("cancel"), () => close()), submit(go)),
  );
}

export const problemText = (error, t) => (error.network ? t("noServer") : error.message);

const field = (label, input) => el("label", { class: "field" }, el("span", {}, label), input);

const text = (name, value = "", props = {}) =>
  el("input", { type: "text", name, value, autocomplete: "off", spellcheck: "false", ...props });

const select = (name, options, chosen) =>
  el(
    "select",
    { name },
    options.map(([value, label]) => el("option", { value, selected: value === chosen }, label)),
  );

/** Say yes or no. */
export function ask({ title, body, yes, t, danger = false }) {
  return openDialog({
    title,
    t,
    build: (close) =>
      el(
        "div",
        { class: "dialog-form" },
        el("p", {}, body),
        el(
          "footer",
          { class: "dialog-foot" },
          button(t("cancel"), () => close(false)),
          button(yes, () => close(true), true, danger),
        ),
      ),
  });
}

/** What a bot shows over the chat when it answers a tap with an alert. */
export function alertDialog(title, body, t) {
  return openDialog({
    title,
    t,
    kind: "dialog-alert",
    build: (close) =>
      el(
        "div",
        { class: "dialog-form" },
        el("p", { class: "alert-text" }, body),
        el("footer", { class: "dialog-foot" }, button(t("ok"), () => close(true), true)),
      ),
  });
}

/** A short notice in a pane, read out by screen readers. */
export function toast(container, words) {
  const node = el("div", { class: "toast" }, words);
  container.append(node);
  setTimeout(() => {
    node.classList.add("leaving");
    setTimeout(() => node.remove(), 250);
  }, TOAST_MS);
}

/** A menu under a button. `items` are `{label, icon, run, checked?, danger?}` or null for a line. */
export function openMenu(anchor, items) {
  document.querySelector(".menu")?.remove();
  const node = el("div", { class: "menu", role: "menu" });
  const opened = new AbortController();
  const shut = () => {
    opened.abort();
    node.remove();
  };
  for (const item of items) {
    if (!item) {
      node.append(el("hr", {}));
      continue;
    }
    node.append(
      el(
        "button",
        {
          type: "button",
          class: ["menu-item", item.danger && "danger"],
          role: item.checked === undefined ? "menuitem" : "menuitemradio",
          "aria-checked": item.checked === undefined ? null : String(item.checked),
          on: {
            click: () => {
              shut();
              anchor.focus();
              item.run();
            },
          },
        },
        item.leading ?? (item.icon ? icon(item.icon) : el("span", { class: "icon" })),
        el("span", { class: "menu-label" }, item.label),
        item.checked && icon("check"),
      ),
    );
  }
  document.body.append(node);
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = node;
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const below = box.bottom + 6 + height < innerHeight;
  node.style.left = `${left}px`;
  node.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - height - 6)}px`;
  node.classList.toggle("from-below", !below);

  const { signal } = opened;
  document.addEventListener("pointerdown", (event) => node.contains(event.target) || shut(), { signal, capture: true });
  node.addEventListener("keydown", (event) => {
    const all = [...node.querySelectorAll(".menu-item")];
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape") {
      shut();
      anchor.focus();
    } else if (event.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
    else return;
    event.preventDefault();
  });
  node.querySelector(".menu-item")?.focus({ preventScroll: true });
}

/** Add a person to play, or change one. Resolves to the person. */
export function personDialog(t, person = null) {
  return openDialog({
    title: t(person ? "edit" : "newPerson"),
    t,
    build: (close) => {
      const first = text("first_name", person?.first_name, { required: true, autofocus: true, maxlength: 64 });
      const last = text("last_name", person?.last_name ?? "", { maxlength: 64 });
      const language = select("language_code", Object.entries(LANGUAGES), person?.language_code ?? t.language);
      const role = select("role", ROLES.map((name) => [name, t(name)]), person?.role ?? "resident");
      const phone = text("phone", person?.phone ?? "", { type: "tel", placeholder: "+7 701 234 56 78" });
      const save = async () => {
        const values = {
          first_name: first.value.trim(),
          last_name: last.value.trim(),
          language_code: language.value,
          role: role.value,
        };
        if (phone.value.trim()) values.phone = phone.value.replace(/[^\d+]/g, "");
        const answer = await (person
          ? send(`/api/person/${person.id}`, values, "PATCH")
          : send("/api/person", values));
        close(answer.person ?? { ...person, ...values });
      };
      return form(
        t,
        [
          el("div", { class: "field-pair" }, field(t("firstName"), first), field(t("lastName"), last)),
          el("div", { class: "field-pair" }, field(t("language"), language), field(t("role"), role)),
          field(t("phone"), phone),
        ],
        t(person ? "save" : "create"),
        save,
        close,
      );
    },
  });
}

/** Make a group of several people and the bot. Resolves to the sandbox's answer. */
export function groupDialog(t, store, firstMember) {
  return openDialog({
    title: t("newGroup"),
    t,
    build: (close) => {
      const title = text("title", "", { required: true, autofocus: true, maxlength: 128 });
      const boxes = [...store.people.values()].slice(0, PEOPLE_LISTED).map((person) =>
        el(
          "label",
          { class: "pick" },
          el("input", { type: "checkbox", value: person.id, checked: person.id === firstMember }),
          avatar(person.id, store.nameOf(person.id), person.color, "small"),
          el("span", {}, store.nameOf(person.id)),
        ),
      );
      const make = async () => {
        const members = boxes.map((box) => box.firstChild).filter((box) => box.checked);
        close(await send("/api/group", { title: title.value.trim(), members: members.map((box) => Number(box.value)) }));
      };
      return form(
        t,
        [field(t("groupTitle"), title), el("fieldset", { class: "picks" }, el("legend", {}, t("groupMembers")), boxes)],
        t("create"),
        make,
        close,
      );
    },
  });
}

/** Pick a place: a city, a point of the map or typed coordinates. Resolves to `{latitude, longitude}`. */
export function locationDialog(t) {
  return openDialog({
    title: t("sendLocation"),
    t,
    build: (close) => {
      const number = (name, limit, value) =>
        el("input", { type: "number", name, step: "any", min: -limit, max: limit, required: true, value });
      const latitude = number("latitude", 90, CITIES[0].latitude);
      const longitude = number("longitude", 180, CITIES[0].longitude);
      const place = el("div", { class: "map-frame" });
      const draw = () =>
        place.replaceChildren(
          kazakhstanMap({
            latitude: latitude.valueAsNumber,
            longitude: longitude.valueAsNumber,
            label: t("map"),
            onPick: set,
          }),
        );
      const set = (north, east) => {
        latitude.value = north;
        longitude.value = east;
        draw();
      };
      latitude.addEventListener("input", draw);
      longitude.addEventListener("input", draw);
      draw();
      return form(
        t,
        [
          el("p", { class: "hint" }, t("locationHint")),
          el(
            "div",
            { class: "chips" },
            CITIES.map((city) => button(city[t.language], () => set(city.latitude, city.longitude))),
          ),
          place,
          el("div", { class: "field-pair" }, field(t("latitude"), latitude), field(t("longitude"), longitude)),
        ],
        t("send"),
        async () => close({ latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber }),
        close,
      );
    },
  });
}

/** Pick whose contact to send. Resolves to the fields of `/api/contact` besides person and chat. */
export function contactDialog(t, store, person) {
  return openDialog({
    title: t("shareContact"),
    t,
    build: (close) => {
      const typed = text("phone", "", { type: "tel", placeholder: "+7 701 234 56 78", required: true });
      const others = [...store.people.values()].filter((other) => other.id !== person.id && other.phone).slice(0, PEOPLE_LISTED);
      const row = (someone, note, value) =>
        el(
          "button",
          { type: "button", class: "choice", on: { click: () => close(value) } },
          avatar(someone.id, store.nameOf(someone.id), someone.color, "small"),
          el("span", { class: "choice-text" }, el("b", {}, note), el("span", {}, someone.phone)),
        );
      return el(
        "div",
        { class: "dialog-form" },
        person.phone && row(person, t("ownContact"), {}),
        el("h3", {}, t("otherContact")),
        el("div", { class: "choices" }, others.map((other) => row(other, store.nameOf(other.id), { phone: other.phone, other: true }))),
        form(t, [field(t("phone"), typed)], t("send"), async () =>
          close({ phone: typed.value.replace(/[^\d+]/g, ""), other: true }),
        ),
      );
    },
  });
}

/** Look at a file before it goes, with a caption. Sends it; resolves to true when sent. */
export function uploadDialog(t, { person, chat, file, kind }) {
  const isImage = file.type.startsWith("image/");
  const preview = isImage ? URL.createObjectURL(file) : null;
  return openDialog({
    title: t(isImage && kind === "photo" ? "sendPhoto" : "sendDocument"),
    t,
    build: (close) => {
      const caption = text("caption", "", { autofocus: true, maxlength: 1024 });
      const asFile = el("input", { type: "checkbox", checked: kind === "document" });
      const go = async () => {
        const data = new FormData();
        data.set("person", person);
        data.set("chat", chat);
        data.set("as", isImage && !asFile.checked ? "photo" : "document");
        data.set("caption", caption.value);
        data.set("file", file, file.name);
        await upload("/api/upload", data);
        close(true);
      };
      return form(
        t,
        [
          preview
            ? el("img", { class: "preview", src: preview, alt: file.name })
            : el("p", { class: "file-line" }, icon("file"), el("span", {}, file.name)),
          isImage && el("label", { class: "check" }, asFile, el("span", {}, t("asFile"))),
          field(t("caption"), caption),
        ].filter(Boolean),
        t("send"),
        go,
        close,
      );
    },
  }).finally(() => preview && URL.revokeObjectURL(preview));
}

/** Pick one of a person's chats. Resolves to its id. */
export function chatDialog(t, store, personId, groupsOnly = false) {
  return openDialog({
    title: t("pickChat"),
    t,
    build: (close) => {
      const chats = store.chatsOf(personId).filter((chat) => !groupsOnly || chat.kind === "group");
      return el(
        "div",
        { class: "dialog-form" },
        chats.length ? null : el("p", { class: "hint" }, t("emptyGroup")),
        el(
          "div",
          { class: "choices" },
          chats.map((chat) =>
            el(
              "button",
              { type: "button", class: "choice", on: { click: () => close(chat.id) } },
              avatar(chat.id, store.titleOf(chat), null, "small"),
              el("span", { class: "choice-text" }, el("b", {}, store.titleOf(chat))),
            ),
          ),
        ),
      );
    },
  });
}

/** The photo alone, as large as the window allows. */
export function photoDialog(url, t) {
  const node = el("dialog", { class: "viewer", "aria-label": t("photo") });
  node.append(
    el("img", { src: url, alt: t("photo") }),
    iconButton("close", t("close"), () => node.close(), { class: "viewer-close" }),
  );
  node.addEventListener("click", () => node.close());
  node.addEventListener("close", () => node.remove());
  document.body.append(node);
  node.showModal();
}

export { button, field, form, text };
