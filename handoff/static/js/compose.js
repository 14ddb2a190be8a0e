// The field one writes in: what is begun is kept by the server a second after the hand rests, signs are told while one
// writes, canned replies open by #, a colleague is named by @. Without this file every form still does its work.

import { words } from "./gsm7.js";
import { choose } from "./choose.js";
import { element } from "./element.js";
import { closeReplies, openReplies } from "./replies.js";

const REST = 1000;
/** What the server does not have yet, by field; and what is carried over a redrawing. */
const unsaved = new Map();
const carried = new Map();
/** What stood in the fields when a page came that may be older; and what went to the server with a form. */
const typed = new Map();
const sent = new Map();
const timers = new Map();
const calls = new Map();

const find = (id) => document.getElementById(id);
const fields = (within = document) => [...within.querySelectorAll("[data-draft]")];
const nameOf = (field) => `${field.dataset.draft} ${field.dataset.keep}`;
const valueOf = (form, name) => form.querySelector(`[name="${name}"]`)?.value ?? "";

// --- drafts ---

function countUp(field) {
  const place = field.form?.querySelector("[data-count]");
  if (place) place.textContent = field.value ? words(field.value) : "";
}

/** Keep in mind what stands in the fields of a composer that is drawn anew. */
export function remember(within) {
  for (const field of fields(within)) carried.set(nameOf(field), field.value);
}

/** Give the fields what the server does not know yet, and count. */
export function restore() {
  for (const field of fields()) {
    const known = carried.get(nameOf(field)) ?? unsaved.get(nameOf(field)) ?? (field.value ? undefined : typed.get(nameOf(field)));
    if (known !== undefined) field.value = known;
    countUp(field);
  }
  carried.clear();
  typed.clear();
}

function rest(field) {
  unsaved.set(nameOf(field), field.value);
  clearTimeout(timers.get(nameOf(field)));
  timers.set(nameOf(field), setTimeout(() => save(field), REST));
}

async function save(field) {
  const name = nameOf(field);
  const text = field.value;
  clearTimeout(timers.get(name));
  timers.delete(name);
  calls.get(name)?.abort();
  const call = new AbortController();
  calls.set(name, call);
  const body = new URLSearchParams({ kind: field.dataset.draft, text, token: valueOf(field.form, "token"), csrf_token: valueOf(field.form, "csrf_token") });
  try {
    const answer = await fetch(field.dataset.keep, { method: "POST", body, keepalive: text.length < 15000, signal: call.signal });
    if (!answer.ok) return;
    const told = await answer.json();
    if (unsaved.get(name) === text) unsaved.delete(name);
    if (field.isConnected && field.value === text) showSigns(field, told);
  } catch {
    // no connection: it is kept here, and saved with the next letter
  }
}

/** Save at once what waits for its second: somebody goes away. */
function flush() {
  for (const field of fields()) if (timers.has(nameOf(field))) save(field);
}

/** It is on its way to the server by its own form: a late draft must not come after it. */
function letGo(field) {
  const name = nameOf(field);
  clearTimeout(timers.get(name));
  timers.delete(name);
  calls.get(name)?.abort();
  unsaved.delete(name);
}

// --- what there is to know before it goes ---

function showSigns(field, { signs, seen }) {
  const list = field.form.querySelector("[data-signs]");
  if (!list) return;
  const lines = signs.map((sign) => {
    const line = document.createElement("li");
    line.classList.toggle("refused", sign.must);
    line.textContent = sign.words;
    return line;
  });
  const told = [...list.children].map((line) => line.textContent.trim());
  if (told.join("\n") !== signs.map((sign) => sign.words).join("\n")) list.replaceChildren(...lines);
  field.form.querySelector('[name="seen"]').value = seen;
}

// --- words put into the field, for the adviser to read ---

function put(text) {
  const field = find("text");
  if (!field) return;
  document.querySelector('[data-tab="sms"]:not([aria-current])')?.click();
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const glue = (one, other) => (one && other && !/\s$/.test(one) && !/^\s/.test(other) ? " " : "");
  field.value = before + glue(before, text) + text + glue(text, after) + after;
  field.focus();
  field.selectionStart = field.selectionEnd = (before + glue(before, text) + text).length;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- a colleague named in a note ---

const AT = /(^|[^\p{L}\d_.])@([\p{L}-]*)$/u;
let closeNames = () => {};

function offerNames(field) {
  closeNames();
  const begun = AT.exec(field.value.slice(0, field.selectionStart))?.[2];
  if (begun === undefined) return;
  const names = JSON.parse(field.dataset.colleagues).filter((name) => name.toLowerCase().startsWith(begun.toLowerCase()));
  if (!names.length || names.some((name) => name.toLowerCase() === begun.toLowerCase())) return;
  const list = element("ul", { class: "name-menu", role: "listbox", id: "name-list", "aria-label": "Kolleger" });
  list.append(...names.map((name, index) => element("li", { role: "option", id: `name-${index}`, "aria-selected": "false" }, name)));
  field.closest("#composer").prepend(list);
  field.setAttribute("aria-controls", "name-list");
  const leave = new AbortController();
  closeNames = () => {
    leave.abort();
    list.remove();
    for (const name of ["aria-controls", "aria-activedescendant"]) field.removeAttribute(name);
    closeNames = () => {};
  };
  const take = (row) => {
    const at = field.selectionStart - begun.length;
    const rest = field.value.slice(field.selectionStart);
    field.value = `${field.value.slice(0, at)}${row.textContent} ${rest.trimStart()}`;
    field.selectionStart = field.selectionEnd = at + row.textContent.length + 1;
    closeNames();
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  choose(field, list, take, closeNames, leave.signal)();
}

// --- when it would go ---

async function tellWhen(menu) {
  const [day, clock] = ["day", "clock"].map((name) => menu.querySelector(`[name="${name}"]`).value);
  menu.querySelector("[data-later-own]").checked = true;
  if (!day || !clock) return;
  const answer = await fetch(`${menu.dataset.later.split("?")[0]}?${new URLSearchParams({ day, clock })}`).catch(() => null);
  if (answer?.ok) menu.querySelector("[data-later-words]").textContent = (await answer.json()).words;
}

// --- hands ---

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-later] [name=day], [data-later] [name=clock]")) tellWhen(target.closest("[data-later]"));
  if (!target.dataset?.draft) return;
  sent.delete(nameOf(target));
  rest(target);
  countUp(target);
  if (!target.value) target.form.querySelector("[data-signs]")?.replaceChildren();
  if (target.dataset.colleagues) offerNames(target);
});

document.addEventListener("submit", ({ target }) => {
  for (const field of fields(target)) {
    letGo(field);
    sent.set(nameOf(field), field.value);
  }
}, true);

// The page that comes was perhaps written before the draft was saved: what is empty in it may stand here.
document.addEventListener("htmx:beforeSwap", () => {
  typed.clear();
  for (const field of fields()) if (field.value && sent.get(nameOf(field)) !== field.value) typed.set(nameOf(field), field.value);
});

for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, () => {
    for (const field of fields()) {
      sent.delete(nameOf(field)); // it did not arrive
      if (field.value !== field.defaultValue) rest(field);
    }
  });
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const words = event.target.closest("[data-insert]");
  const replies = event.target.closest("[data-replies]");
  if (words || replies) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  if (words) put(words.dataset.insert);
  else if (replies) openReplies(replies, put);
  else if (!event.target.closest(".reply-menu")) closeReplies();
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "#" || event.target.id !== "text") return;
  const link = document.querySelector("[data-replies]");
  const before = event.target.value.slice(0, event.target.selectionStart);
  if (!link || /\S$/.test(before)) return;
  event.preventDefault();
  openReplies(link, put);
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!detail.elt?.matches?.("[data-live], form")) flush();
});
window.addEventListener("pagehide", flush);
