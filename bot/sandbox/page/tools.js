// The tools of whoever tries the bot out: faults of the network, a crowd that signs, a fresh start.

import { send } from "./api.js";
import { ask, button, field, form, openDialog, text } from "./dialogs.js";
import { el } from "./dom.js";

const FAULTS = [
  ["429", "fault429"],
  ["403", "fault403"],
  ["500", "fault500"],
  ["reset", "faultReset"],
  ["duplicate", "faultDuplicate"],
  ["delay", "faultDelay"],
];

/** The start parameter of a pasted link, or the text itself when it is one already; null when it is neither. */
export function parameterOf(pasted) {
  const found = /[?&]start=([\w-]{1,64})/.exec(pasted)?.[1] ?? pasted.trim();
  return /^[\w-]{1,64}$/.test(found) ? found : null;
}

const count = (name, value, most) => el("input", { type: "number", name, min: 0, max: most, step: 1, value, inputmode: "numeric" });

function faults(t, say) {
  const inputs = FAULTS.map(([name]) => [name, count(name, 0, 1000)]);
  const apply = async () => {
    await send("/api/faults", Object.fromEntries(inputs.map(([name, input]) => [name, Number(input.value) || 0])));
    say(t("applied"));
  };
  return el(
    "section",
    { class: "tool" },
    el("h3", {}, t("faults")),
    el("p", { class: "hint" }, t("faultsHint")),
    form(
      t,
      [el("div", { class: "fault-grid" }, FAULTS.map(([, key], index) => field(t(key), inputs[index][1])))],
      t("apply"),
      apply,
    ),
  );
}

function crowd(t, store, signal) {
  const link = text("parameter", "", { placeholder: `t.me/${store.bot.username}?start=p_5`, required: true });
  const many = count("count", 50, 100_000);
  const bar = el("progress", { max: 1, value: 0, "aria-label": t("crowd") });
  const line = el("output", { class: "crowd-line" });
  const progress = el("div", { class: "crowd-progress", hidden: true }, bar, line);
  const draw = () => {
    if (!store.crowd) return;
    const { done, total, stuck } = store.crowd;
    progress.hidden = false;
    bar.max = Math.max(total, 1);
    bar.value = done;
    line.textContent = t(stuck ? "crowdStuck" : "crowdDone", { done, total, stuck });
  };
  draw();
  signal.addEventListener("abort", store.on((event) => event.type === "crowd" && draw()));
  const begin = async () => {
    const parameter = parameterOf(link.value);
    if (!parameter) throw new Error(t("badLink"));
    store.crowd = { done: 0, total: Number(many.value), stuck: 0 };
    draw();
    await send("/api/crowd", { parameter, count: Number(many.value) });
  };
  return el(
    "section",
    { class: "tool" },
    el("h3", {}, t("crowd")),
    el("p", { class: "hint" }, t("crowdHint")),
    form(
      t,
      [el("div", { class: "field-pair crowd-fields" }, field(t("crowdLink"), link), field(t("crowdCount"), many)), progress],
      t("crowdGo"),
      begin,
    ),
  );
}

/** Open the tools; `say` shows a short notice, `onReset` is called after a fresh start. */
export async function toolsDialog(t, store, { say, onReset }) {
  const open = new AbortController();
  await openDialog({
    title: t("tools"),
    t,
    wide: true,
    build: (close) =>
      el(
        "div",
        { class: "tools" },
        crowd(t, store, open.signal),
        faults(t, say),
        el(
          "section",
          { class: "tool" },
          el("h3", {}, t("reset")),
          el("p", { class: "hint" }, t("resetHint")),
          el(
            "footer",
            { class: "dialog-foot" },
            button(
              t("reset"),
              async () => {
                if (!(await ask({ title: t("reset"), body: t("resetAsk"), yes: t("resetGo"), t, danger: true }))) return;
                close();
                await onReset();
              },
              false,
              true,
            ),
          ),
        ),
      ),
  });
  open.abort();
}
