// One review: pointing at words, keys, checking while somebody works, and the decision.

import { Cuts } from "./review_cuts.js";
import { Fields } from "./review_fields.js";
import { Sheet } from "./review_sheet.js";

const desk = document.getElementById("desk");
const status = document.getElementById("status");
const may = desk.dataset.may === "yes";
const say = (text) => {
  status.textContent = text;
};

const sheet = new Sheet({
  desk,
  said: say,
  picked: () => sheet.paper.focus({ preventScroll: true }),
  leafed: (number) => cuts.at(number),
});
const cuts = new Cuts({ pages: sheet.pages, go: (number) => sheet.show(number), said: say });
const fields = new Fields({ chosen: look, changed: () => check() });
const accepted = new Set();

async function look(field) {
  const page = Number(field.dataset.page);
  const boxes = JSON.parse(field.dataset.boxes);
  sheet.light(page, boxes);
  if (page) await sheet.show(page);
  if (page && boxes.length && page === sheet.number) sheet.goTo(boxes[0]);
  say(`Field ${field.dataset.path}`);
}

function take() {
  if (!may || !fields.active) return;
  const words = sheet.take();
  if (!words.length) return say("Choose words with space first.");
  const text = words.map((place) => sheet.words[place].text).join(" ");
  fields.proof.set(fields.active.dataset.path, { page: sheet.number, words });
  fields.point(sheet.number, words, text);
  fields.active.dataset.page = String(sheet.number);
  fields.active.dataset.boxes = JSON.stringify(words.map((place) => sheet.words[place].box));
  sheet.clear();
  sheet.light(sheet.number, JSON.parse(fields.active.dataset.boxes));
  say(`${fields.active.dataset.path} is ${text}`);
}

function write() {
  const input = fields.input();
  if (!input || input.readOnly) return;
  input.focus();
  input.select();
}

const answer = (says, more = {}) => ({ says, ...more });
const values = () =>
  answer("values", { changes: Object.fromEntries(fields.changes), accept_rules: [...accepted] });

async function post(what, body) {
  return fetch(`${desk.dataset.url}/${what}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

let asked = 0;
async function check() {
  if (!may || !fields.list) return null;
  asked += 1;
  const mine = asked;
  const many = fields.changes.size;
  document.getElementById("changes").textContent = many ? `${many} changed` : "nothing changed";
  const came = await post("check", values());
  if (mine !== asked) return null;
  const found = await came.json().catch(() => null);
  if (!came.ok || !found) {
    say(found?.said ?? "The console does not answer; try again.");
    return null;
  }
  fields.told(found);
  rules(found.broken);
  const rest = found.faults[""] ?? [];
  const shown = new Set(fields.all.map((field) => field.dataset.path));
  const others = Object.entries(found.faults).filter(([path]) => path && !shown.has(path));
  const list = document.getElementById("against");
  list.replaceChildren(
    ...[...rest, ...others.map(([path, said]) => `${path}: ${said.join(" ")}`)].map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  list.hidden = !list.children.length;
  return found;
}

function rules(broken) {
  const place = document.getElementById("rule-list");
  document.getElementById("rules").hidden = !broken.length;
  const names = [...new Set(broken.map((rule) => rule.name))];
  for (const name of accepted) if (!names.includes(name)) accepted.delete(name);
  place.replaceChildren(
    ...names.map((name) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = accepted.has(name);
      box.addEventListener("change", () => {
        if (box.checked) accepted.add(name);
        else accepted.delete(name);
        check();
      });
      const paths = broken.filter((rule) => rule.name === name).flatMap((rule) => rule.paths);
      label.append(box, ` the document breaks ${name.replaceAll("_", " ")} (${[...new Set(paths)].join(", ")})`);
      return label;
    }),
  );
}

let sending = false;
async function decide(said) {
  if (!may || sending) return;
  sending = true;
  say("Sending …");
  try {
    const came = await post("decide", { ...said, look: Number(desk.dataset.look) });
    const found = await came.json().catch(() => null);
    if (came.ok && found) {
      location.assign(`${desk.dataset.queue}?done=${found.sent ? "sent" : "kept"}`);
      return;
    }
    const unsure = "A server does not answer; nothing is known to be decided. Try again: it is done once.";
    say(found?.said ?? (came.status >= 500 ? unsure : "It was not decided: load the page again."));
  } catch {
    say("The console does not answer; nothing is known to be decided. Try again: it is done once.");
  }
  sending = false;
}

async function release() {
  if (cuts.all.length) return decide(answer("cut", { cuts: cuts.all }));
  if (document.activeElement?.matches?.(".field input")) document.activeElement.blur();
  const found = await check();
  if (!found) return;
  if (!found.may_go) {
    fields.step(1, (field) => field.classList.contains("wrong"));
    return say("It cannot be released so: see what is marked.");
  }
  await decide(values());
}

document.getElementById("release")?.addEventListener("click", release);
document.getElementById("type-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const type = event.target.elements.type.value;
  if (type) decide(answer("type", { type }));
  else say("Choose a type first.");
});
document.getElementById("aside-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const reason = event.target.elements.reason.value;
  if (reason) decide(answer("set_aside", { reason }));
  else say("Choose a reason first.");
});

const turn = (by) => sheet.show(sheet.number + by);
document.getElementById("page-before").addEventListener("click", () => turn(-1));
document.getElementById("page-after").addEventListener("click", () => turn(1));
document.getElementById("larger").addEventListener("click", () => sheet.zoom(1));
document.getElementById("smaller").addEventListener("click", () => sheet.zoom(-1));
const help = document.getElementById("help-open");
const explain = () => {
  const keys = document.getElementById("help");
  keys.hidden = !keys.hidden;
  help.setAttribute("aria-expanded", String(!keys.hidden));
};
help.addEventListener("click", explain);

const KEYS = {
  ArrowLeft: () => sheet.step(-1),
  ArrowRight: () => sheet.step(1),
  ArrowUp: () => sheet.leap(false),
  ArrowDown: () => sheet.leap(true),
  " ": () => sheet.toggle(),
  Enter: take,
  Escape: () => sheet.clear(),
  j: () => fields.step(1),
  k: () => fields.step(-1),
  n: () => fields.step(1, (field) => field.matches(".doubted, .wrong")),
  e: write,
  a: () => may && fields.active && fields.absent(),
  u: () => may && fields.undo(),
  "[": () => turn(-1),
  "]": () => turn(1),
  "+": () => sheet.zoom(1),
  "-": () => sheet.zoom(-1),
  s: () => cuts.toggle(),
  t: () => document.getElementById("type")?.focus(),
  x: () => document.getElementById("reason")?.focus(),
  "?": explain,
};
for (let digit = 1; digit <= 9; digit += 1) KEYS[digit] = () => fields.choose(fields.all[digit - 1]);

sheet.paper.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
fields.list?.addEventListener("keydown", (event) => {
  if (!event.target.matches("input") || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter") {
    event.preventDefault();
    sheet.paper.focus(); // leaving the field takes what was written
  } else if (event.key === "Escape") {
    event.preventDefault();
    const field = event.target.closest(".field");
    event.target.value = field.dataset.given ?? field.dataset.value;
    sheet.paper.focus();
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  release();
});

// It stays this person's while they are at it.
if (may && desk.dataset.mine === "yes") {
  setInterval(() => {
    if (document.visibilityState === "visible") post("keep", {}).catch(() => {});
  }, 5 * 60 * 1000);
}

await sheet.show(1);
const first = fields.all.find((field) => field.matches(".doubted")) ?? fields.all[0];
if (first) fields.choose(first);
// Where nobody knows the type there is nothing to point at yet, but there may be something to cut.
(fields.list || cuts.button ? sheet.paper : (document.getElementById("type") ?? sheet.paper)).focus({ preventScroll: true });
await check();
desk.dataset.ready = "yes";
