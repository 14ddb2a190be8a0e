// Canned replies in a list over the field. The list opens at once and is filled when the server has answered: what is
// typed meanwhile searches in it, and who closes it meanwhile has closed it.

import { choose } from "./choose.js";
import { element } from "./element.js";

const FETCHING = "Henter jeres faste svar …";
const FOUND = "Enter sætter svaret i feltet. Esc lukker.";
const NONE = "I har ingen faste svar endnu.";

let leave = () => {};

export function closeReplies() {
  leave();
}

function option(reply, index) {
  const line = (cls, text, more = {}) => element("span", { class: cls, ...more }, text);
  const made = element("li", { role: "option", id: `reply-${index}`, "aria-selected": "false", "aria-disabled": String(!reply.may_insert) });
  const title = element("div", {}, line("reply-name", `${reply.name} `), line("hint", reply.size));
  made.append(title, element("div", { class: "reply-body", lang: reply.language, dir: "auto" }, reply.text));
  if (reply.problem) made.append(element("div", { class: "reply-problem" }, reply.problem));
  made.dataset.words = `${reply.name} ${reply.text}`.toLowerCase();
  if (reply.may_insert) made.dataset.text = reply.text;
  return made;
}

function draw(link) {
  const search = element("input", { type: "text", role: "combobox", "aria-label": "Søg i faste svar", "aria-controls": "reply-list", "aria-expanded": "true", "aria-autocomplete": "list", autocomplete: "off", placeholder: "Søg i faste svar" });
  const list = element("ul", { role: "listbox", id: "reply-list", "aria-label": "Faste svar" });
  const words = element("span", { role: "status" }, FETCHING);
  const end = element("p", { class: "reply-end" }, words, element("a", { href: link.href }, "Vis dem på en side"));
  const menu = element("div", { class: "reply-menu", role: "dialog", "aria-label": "Faste svar" }, search, list, end);
  return { menu, search, list, words };
}

async function fill({ list, words }, link, signal) {
  try {
    const answer = await fetch(`${link.href}${link.search ? "&" : "?"}as=json`, { signal });
    if (!answer.ok) throw new Error(answer.status);
    const replies = await answer.json();
    list.replaceChildren(...replies.map(option));
    words.textContent = replies.length ? FOUND : NONE;
  } catch {
    if (!signal.aborted) location.assign(link.href);
  }
}

/** Open the list that ``link`` is the page of; ``put`` takes the words that are chosen. */
export async function openReplies(link, put) {
  leave();
  const field = document.getElementById("text");
  const drawn = draw(link);
  const { menu, search, list } = drawn;
  const closing = new AbortController();
  leave = () => {
    closing.abort();
    menu.remove();
    leave = () => {};
  };
  const take = (row) => {
    if (!row.dataset.text) return;
    leave();
    put(row.dataset.text);
  };
  const look = choose(search, list, take, () => {
    leave();
    field?.focus();
  });
  const narrow = () => {
    const wanted = search.value.toLowerCase().split(/\s+/);
    for (const row of list.children) row.hidden = !wanted.every((word) => row.dataset.words.includes(word));
    look();
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "#" || search.value) return;
    event.preventDefault();
    leave();
    put("#");
  });
  document.getElementById("composer").prepend(menu);
  search.focus();
  await fill(drawn, link, closing.signal);
  if (!closing.signal.aborted) narrow();
}
