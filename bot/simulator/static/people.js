// Everybody with a phone: the strip above the phones, and the list of all.
import { $, keep, make, say } from "./dom.js";
import { first } from "./format.js";

const roomy = matchMedia("(min-width: 1200px)");
const middling = matchMedia("(min-width: 760px)");
const inStrip = () => (roomy.matches ? 7 : middling.matches ? 4 : 2);
export const capacity = () => (roomy.matches ? 3 : middling.matches ? 2 : 1);
export const onResize = (changed) => [roomy, middling].forEach((m) => m.addEventListener("change", changed));
const unreadWords = (count) => `${count} ${count === 1 ? "ulæst" : "ulæste"}`;

function chip(person, choose) {
  const name = first(person.name);
  const rest = make("span", "chip-rest", person.name.slice(name.length));
  const button = make("button", "chip", make("span", "initials", person.initials),
    make("span", "chip-name", name, rest), make("span", "unread"));
  button.type = "button";
  button.querySelector(".initials").setAttribute("aria-hidden", "true");
  button.addEventListener("click", () => choose(person.phone));
  return make("li", "", button);
}

function update(item, person, open, unread) {
  const button = item.firstElementChild;
  const isOpen = String(open.includes(person.phone));
  if (button.getAttribute("aria-pressed") !== isOpen) button.setAttribute("aria-pressed", isOpen);
  const count = unread(person);
  const badge = button.querySelector(".unread");
  badge.hidden = !count;
  say(badge, count ? String(count) : "");
  const label = count ? `${person.name}, ${unreadWords(count)}` : person.name;
  if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
}

export function renderPeople(people, open, unread, choose) {
  const opened = people.filter((p) => open.includes(p.phone));
  const room = Math.max(inStrip() - opened.length, 0);
  const others = people.filter((p) => !open.includes(p.phone)).slice(0, room);
  const strip = people.filter((p) => opened.includes(p) || others.includes(p)); // in their own order: no chip jumps
  const show = (list, shown, done) => keep(list, shown, (p) => p.phone, (p) => chip(p, done),
    (item, p) => update(item, p, open, unread));
  show($("people"), strip, choose);
  const rest = people.filter((p) => !strip.includes(p));
  const waiting = rest.reduce((sum, p) => sum + unread(p), 0);
  const more = rest.length ? `${rest.length} flere` : "Flere";
  $("more-people").hidden = false;
  say($("more-count"), more);
  say($("more-unread"), waiting ? String(waiting) : "");
  $("more-unread").hidden = !waiting;
  const label = waiting ? `${more}, ${unreadWords(waiting)}` : more;
  if ($("more-people").getAttribute("aria-label") !== label) $("more-people").setAttribute("aria-label", label);
  if (!$("everybody").open) return;
  const sought = $("find").value.trim().toLowerCase();
  const found = people.filter((p) => `${p.name} ${p.phone} ${p.shown_phone}`.toLowerCase().includes(sought));
  show($("everybody-list"), found, (phone) => {
    $("everybody").close();
    choose(phone, true);
  });
}

/** The dialog: search, and a number that nobody knows. */
export function listenToEverybody(changed, choose) {
  const open = () => {
    $("find").value = "";
    $("everybody").showModal();
    changed();
  };
  $("more-people").addEventListener("click", open);
  $("empty-other").addEventListener("click", open);
  $("find").addEventListener("input", changed);
  $("other-number").addEventListener("submit", (event) => {
    event.preventDefault();
    const digits = $("other").value.replace(/[\s.-]/g, "");
    const phone = /^\d{8}$/.test(digits) ? `+45${digits}` : digits.replace(/^00/, "+");
    const good = /^\+[1-9]\d{6,14}$/.test(phone);
    say($("other-error"), good ? "" : "Skriv et nummer med otte cifre, eller med landekode.");
    if (!good) return;
    $("other").value = "";
    $("everybody").close();
    choose(phone, true);
  });
}
