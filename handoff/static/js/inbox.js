// The inbox beside htmx: what is live comes in without moving under the hand, drafts are kept, SMS are counted.
// Without this file every page can still be read and every form sent.

import { remember, restore } from "./compose.js";
import { children, keyed, patch } from "./merge.js";

const find = (id) => document.getElementById(id);
const isBusy = (node) => node.matches(":hover") || node.contains(document.activeElement);

// --- the queue: new rows announce themselves while somebody is at the list, or writes beside it ---

let waitingRows = null;

function showQueue(list, fresh) {
  mark(fresh, list.dataset.current);
  const known = new Set([...list.querySelectorAll(".queue-row")].map((row) => row.id));
  const arrived = [...fresh.querySelectorAll(".queue-row")].filter((row) => !known.has(row.id));
  if (known.size && (isBusy(list) || document.activeElement.matches("textarea, input"))) {
    for (const row of fresh.querySelectorAll(".queue-row")) if (known.has(row.id)) patch(find(row.id), row);
    waitingRows = fresh;
    announce(arrived.length);
  } else {
    keyed(list, fresh);
    mark(list, list.dataset.current);
    announce(0);
  }
}

function announce(number) {
  find("news").hidden = !number;
  find("news").querySelector("span").textContent = number === 1 ? "1 ny, vis den" : `${number} nye, vis dem`;
}

function letIn() {
  const list = find("queue-list");
  const known = new Set([...list.querySelectorAll(".queue-row")].map((row) => row.id));
  keyed(list, waitingRows);
  mark(list, list.dataset.current);
  announce(0);
  htmx.process(list);
  const first = [...list.querySelectorAll(".queue-row")].find((row) => !known.has(row.id));
  first?.focus();
  first?.scrollIntoView({ block: "nearest" });
}

/** A longer list beside the conversation that is open now. */
function stayAt(more) {
  const here = new URL(location.href);
  here.searchParams.set("show", new URL(more.href).searchParams.get("show"));
  here.hash = new URL(more.href).hash;
  more.href = here.href;
}

function mark(list, current) {
  for (const row of list.querySelectorAll(".queue-row")) {
    if (current && row.id === `row-${current}`) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// --- the thread: it scrolls only if it stood at its end ---

let stoodAtEnd = true;
const scroller = () => find("thread-scroll");
const isAtEnd = () => scroller().scrollHeight - scroller().scrollTop - scroller().clientHeight < 48;
const keepEnd = new ResizeObserver(() => stoodAtEnd && toEnd()); // a band above it must not hide the last words

function toEnd() {
  scroller()?.scrollTo(0, scroller().scrollHeight);
  stoodAtEnd = true;
}

function showThread(thread, fresh) {
  const stood = stoodAtEnd;
  const known = new Set([...thread.children].map((entry) => entry.id));
  const arrived = [...fresh.children].filter((entry) => !known.has(entry.id) && entry.matches(".from-resident"));
  keyed(thread, fresh);
  if (stood) toEnd();
  else if (arrived.length) {
    find("new-below").hidden = false;
    find("new-below").querySelector("span").textContent = arrived.length === 1 ? "1 ny besked" : `${arrived.length} nye beskeder`;
  }
}

// --- correcting what was heard: the hand goes into the editor, and back to its message when that is closed ---

let corrected = "";

/** True when a correction has taken the focus. */
function atCorrection() {
  const editor = find("correction");
  const message = find(editor?.dataset.message ?? corrected);
  corrected = editor?.dataset.message ?? "";
  if (!message) return false;
  (editor ? find("correction-title") : message.querySelector(".correct"))?.focus({ preventScroll: true });
  message.scrollIntoView({ block: editor ? "start" : "nearest" });
  stoodAtEnd = isAtEnd();
  return true;
}

let calculated = false;

/** True when the calculator has taken the focus, or has just been closed. */
function atCalculator() {
  const was = calculated;
  calculated = !!find("calculator");
  const target = find("calculator-problem") ?? find("calculator-result") ?? find("calculator-title") ?? (was ? find("calculator-open") : null);
  if (!target?.checkVisibility()) return false;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  return true;
}

/** What stands alone takes the other ticks away, and they take its. */
function tickAlone(field) {
  for (const other of field.form.querySelectorAll("[name=intent]:checked")) {
    if (field.checked && other !== field && (field.matches("[data-alone]") || other.matches("[data-alone]"))) other.checked = false;
  }
}

// --- the composer: drawn anew only when who may write changes; the draft stays ---

function showComposer(old, fresh) {
  if (old.dataset.state === fresh.dataset.state) return;
  const field = old.contains(document.activeElement) ? document.activeElement.id : "";
  const note = old.querySelector('[data-tab="note"][aria-current]');
  remember(old);
  old.replaceWith(fresh);
  if (note) openTab("note");
  prepare();
  if (field) find(field)?.focus();
}

function openTab(name) {
  for (const tab of document.querySelectorAll("[data-tab]")) tab.toggleAttribute("aria-current", tab.dataset.tab === name);
  for (const tab of document.querySelectorAll("[data-tab][aria-current]")) tab.setAttribute("aria-current", "true");
  for (const pane of document.querySelectorAll("[data-pane]")) pane.hidden = pane.dataset.pane !== name;
}

/** Watch the thread's size, and give the fields what was begun in them. */
function prepare() {
  keepEnd.disconnect();
  if (scroller()) keepEnd.observe(scroller());
  restore();
}

// --- what the server says now ---

// --- a crisis rings in the title as well: it is what is seen of a tab that nobody looks at ---

const RINGS = "Krise · ";

function showBand(old, fresh) {
  children(old, fresh);
  const title = document.title.startsWith(RINGS) ? document.title.slice(RINGS.length) : document.title;
  document.title = old.querySelector("[data-band]") ? RINGS + title : title;
}

const SHOW = { queue: showQueue, thread: showThread, state: showComposer, replace: patch, band: showBand };

function refresh(html) {
  for (const fresh of [...new DOMParser().parseFromString(html, "text/html").body.children]) {
    const old = find(fresh.id);
    if (!old) continue;
    (SHOW[old.dataset.merge] ?? children)(old, fresh);
    htmx.process(find(fresh.id));
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const from = event.detail.requestConfig?.elt;
  if (!from?.matches("[data-live]")) return;
  event.detail.shouldSwap = false;
  if (from.isConnected && event.detail.xhr.status === 200) refresh(event.detail.xhr.responseText);
});

// At once, and not when htmx has settled: who is quick would send an empty field.
document.addEventListener("htmx:afterSwap", restore);

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "desk") return;
  find("queue-list").dataset.current = find("desk").dataset.conversation ?? "";
  mark(find("queue-list"), find("desk").dataset.conversation);
  prepare();
  toEnd();
  if (atCorrection() || atCalculator()) return;
  if (event.detail.requestConfig?.verb === "post") find("text")?.focus({ preventScroll: true });
  else if (!find("queue").offsetParent) find("desk-name")?.focus();
});

// --- hands ---

document.addEventListener("input", ({ target }) => {
  if (target.name === "intent") tickAlone(target);
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (tab) {
    event.preventDefault();
    openTab(tab.dataset.tab);
    find(tab.dataset.tab === "note" ? "note" : "text")?.focus();
  }
  if (event.target.closest("#news")) letIn();
  if (event.target.closest("#new-below")) toEnd();
  const more = event.target.closest("[data-more]");
  if (more) stayAt(more);
  for (const menu of document.querySelectorAll("[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.closest("#correction, #calculator")?.querySelector("[data-close]").click();
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("scroll", (event) => {
  if (event.target !== scroller()) return;
  stoodAtEnd = isAtEnd();
  if (stoodAtEnd) find("new-below").hidden = true;
}, true);

prepare();
toEnd();
atCorrection() || atCalculator();

// What was pressed may have been redrawn before the answer comes (its own claim is announced, too): then nothing says
// any more which part of the page is meant.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "desk" || detail.requestConfig.elt.isConnected) return;
  detail.selectOverride = "#desk";
  detail.swapOverride = "outerHTML show:none";
});
