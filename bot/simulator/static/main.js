// The page: asks the JSON API a little more than once a second and shows what it says.
import * as api from "./api.js";
import { askForNextStep, listenToClock, renderClock } from "./clock.js";
import { $, remember, say } from "./dom.js";
import { renderEvents } from "./events.js";
import { listenToFaults, renderFaults } from "./faults.js";
import { spaced } from "./format.js";
import { capacity, listenToEverybody, onResize, renderPeople } from "./people.js";
import { Phone } from "./phone.js";

const EVERY = 700;
const EVERY_HIDDEN = 4000;
const phones = new Map();
const seen = new Map(Object.entries(remember("seen") ?? {}));
let open = remember("open") ?? null; // the last chosen last; as many as fit are shown
let strangers = [];
let known = null;
let timer = 0;
let round = 0;
let asking = false;

const shownPhones = () => (open ?? []).slice(-capacity());
const everybody = () => [...known.people, ...strangers.filter((s) => !known.people.some((p) => p.phone === s.phone))];
const unread = (person) => Math.max(0, person.arrived - Math.min(seen.get(person.phone) ?? 0, person.arrived));

function choose(phone, keepOpen = false) {
  const isShown = shownPhones().includes(phone);
  open = (open ?? []).filter((p) => p !== phone);
  if (!isShown || keepOpen) open.push(phone);
  open = open.slice(-3);
  if (!known.people.some((p) => p.phone === phone)) {
    const name = spaced(phone);
    strangers.push({ phone, shown_phone: name, name, initials: "?", organisation: "", number: "", arrived: 0 });
  }
  remember("open", open);
  render();
  refresh();
}

function notice(text, isTrouble = false) {
  say($("notice"), text);
  $("notice").classList.toggle("is-trouble", isTrouble);
}

function render() {
  if (!known) return;
  const people = everybody();
  open = (open ?? people.slice(0, 3).map((p) => p.phone).reverse()).filter((phone) => people.some((p) => p.phone === phone));
  const now = new Date(known.now);
  renderClock(now);
  renderPhones(people, now);
  renderPeople(people, shownPhones(), unread, choose);
  renderFaults(known.faults, people);
  renderEvents(known.events, people);
  $("empty").hidden = people.length > 0;
}

function renderPhones(people, now) {
  const order = shownPhones();
  const shown = people.filter((p) => order.includes(p.phone));
  for (const person of shown) {
    if (!phones.has(person.phone)) phones.set(person.phone, new Phone(person, () => (render(), refresh())));
  }
  const elements = shown.map((p) => phones.get(p.phone).element);
  for (const element of [...$("phones").querySelectorAll(".phone")]) if (!elements.includes(element)) element.remove();
  elements.forEach((element, i) => {
    if ($("phones").querySelectorAll(".phone")[i] !== element) $("empty").before(element);
  });
  for (const person of shown) {
    const phone = phones.get(person.phone);
    phone.update(known.phones[person.phone] ?? phone.messages ?? [], now, known.organisations, seen.get(person.phone) ?? 0);
    if (!phone.locked && !document.hidden && seen.get(person.phone) !== person.arrived) {
      seen.set(person.phone, person.arrived);
      remember("seen", Object.fromEntries(seen));
    }
  }
}

async function refresh() {
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  try {
    known = await api.overview(shownPhones());
    if (round++ % 8 === 0) await askForNextStep();
    if ($("notice").classList.contains("is-trouble") && $("notice").dataset.offline) notice("");
    delete $("notice").dataset.offline;
    render();
  } catch {
    $("notice").dataset.offline = "yes";
    notice("Tjenesten svarer ikke. Siden prøver igen.", true);
  } finally {
    asking = false;
    timer = setTimeout(refresh, document.hidden ? EVERY_HIDDEN : EVERY);
  }
}

listenToClock(notice, refresh);
listenToFaults(refresh, (text) => notice(text, true));
listenToEverybody(render, choose);
onResize(render);
document.addEventListener("visibilitychange", refresh);
await refresh();
await refresh(); // the first answer said who there is; this one has their phones
