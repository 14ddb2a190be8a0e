// One phone on the page. It keeps its draft and its lock for as long as the page lives.
import * as api from "./api.js";
import { $, keep, make, say } from "./dom.js";
import { day, first, spaced, time } from "./format.js";
import { measure } from "./segments.js";
import { renderThread } from "./thread.js";

const LETTER = new URL("./letter.svg", import.meta.url).href;

export class Phone {
  constructor(person, changed) {
    this.person = person;
    this.changed = changed;
    this.choice = null; // unlocked or locked by hand
    this.element = $("phone-template").content.firstElementChild.cloneNode(true);
    this.element.dataset.phone = person.phone;
    this.find = (selector) => this.element.querySelector(selector);
    this.#label();
    this.#listen();
  }

  #label() {
    const name = first(this.person.name);
    this.element.setAttribute("aria-label", `${this.person.name}s telefon`);
    this.find(".thread").setAttribute("aria-label", `Sms'er på ${name}s telefon`);
    this.find("textarea").id = `write-${this.person.phone.slice(1)}`;
    this.find(".write .hidden").textContent = `Sms fra ${name}`;
    this.find(".write .hidden").htmlFor = this.find("textarea").id;
    this.find(".send .hidden").textContent = `Send sms fra ${name}`;
    this.find(".lock").setAttribute("aria-label", `Lås ${name}s telefon`);
    this.find(".unlock").setAttribute("aria-label", `Lås ${name}s telefon op`);
    this.find(".owner strong").textContent = name;
    this.find(".owner span").textContent = name === this.person.shown_phone ? "" : this.person.shown_phone;
  }

  #listen() {
    const field = this.find("textarea");
    this.find(".write").addEventListener("submit", (event) => this.#send(event));
    field.addEventListener("input", () => this.#count());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.find(".write").requestSubmit();
    });
    const picture = this.find(".picture");
    picture.addEventListener("click", () => {
      picture.setAttribute("aria-pressed", String(picture.getAttribute("aria-pressed") !== "true"));
    });
    this.find(".lock").addEventListener("click", () => this.#lock(true));
    this.find(".unlock").addEventListener("click", () => this.#lock(false));
  }

  #lock(locked) {
    this.choice = locked;
    this.changed();
    this.find(locked ? ".unlock" : "textarea").focus();
  }

  #count(trouble = "") {
    const { used, room, parts } = measure(this.find("textarea").value);
    this.find(".count").classList.toggle("is-trouble", trouble !== "");
    say(this.find(".count"), trouble || (used ? `${used} af ${room} · ${parts} sms` : ""));
  }

  async #send(event) {
    event.preventDefault();
    const field = this.find("textarea");
    const picture = this.find(".picture");
    const media = picture.getAttribute("aria-pressed") === "true" ? [LETTER] : [];
    const body = field.value;
    if (this.busy) return;
    this.busy = true;
    try {
      const to = this.find(".with-choice").hidden ? undefined : this.find("select").value;
      await api.write(this.person.phone, { to, body, media });
      if (field.value === body) field.value = "";
      picture.setAttribute("aria-pressed", "false");
      this.#count();
    } catch (error) {
      this.#count(`Ikke sendt: ${error.message}`);
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** A resident's is locked until somebody opens it: the first SMS is seen as others in the room would see it. */
  get locked() {
    const isUsed = this.messages?.some((sms) => sms.direction === "out");
    return this.choice ?? Boolean(this.person.number && !isUsed);
  }

  update(messages, now, organisations, seen) {
    this.messages = messages;
    const nameOf = (number) => organisations.find((o) => o.number === number)?.name ?? number;
    const last = messages.findLast((sms) => sms.status !== "refused");
    const number = last?.number ?? (this.person.number || null);
    this.element.classList.toggle("is-locked", this.locked);
    say(this.find(".status-time"), time(now));
    this.#with(number, organisations, nameOf);
    renderThread(this.find(".thread"), messages, now, nameOf);
    if (this.locked) this.#lockScreen(messages, now, nameOf, seen);
  }

  #with(number, organisations, nameOf) {
    say(this.find("h2"), number ? nameOf(number) : "Ny sms");
    say(this.find(".with-number"), number ? spaced(number) : "");
    this.find(".with-choice").hidden = Boolean(number);
    if (number) return;
    keep(this.find("select"), organisations, (o) => o.number, (o) => new Option(o.name, o.number));
  }

  #lockScreen(messages, now, nameOf, seen) {
    const arrived = messages.filter((sms) => sms.direction === "in" && sms.status === "delivered");
    const unread = arrived.slice(seen).slice(-3);
    say(this.find(".locked-day"), day(now));
    say(this.find(".locked-time"), time(now));
    keep(this.find(".notes"), unread, (sms) => sms.id, (sms) => {
      const head = make("span", "note-head", make("span", "", `SMS fra ${nameOf(sms.number)}`),
        make("time", "", time(new Date(sms.at))));
      const note = make("button", "note", head, make("span", "note-text", sms.body));
      note.type = "button";
      note.addEventListener("click", () => this.#lock(false));
      return note;
    });
  }
}
