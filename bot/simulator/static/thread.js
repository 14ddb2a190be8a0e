// The SMS on one screen: bubbles with their state, and the time where a pause was long.
import { keep, make, say } from "./dom.js";
import { relative } from "./format.js";

const PAUSE = 20 * 60 * 1000;
const WHY = {
  20003: "kontoen er afvist", 21211: "nummeret er forkert", 21610: "har meldt sig fra", 21614: "er ikke en mobil", 30001: "køen er fuld", 30003: "telefonen er slukket",
  30005: "nummeret findes ikke", 30006: "fastnet", 30007: "stoppet af teleselskabet", 30008: "ukendt fejl",
};

export function renderThread(thread, messages, now, nameOf) {
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  const count = thread.childElementCount;
  keep(thread, rows(messages), (row) => row.key, create, (element, row) => update(element, row, now, nameOf));
  if (atEnd && thread.childElementCount !== count) thread.scrollTop = thread.scrollHeight;
}

function rows(messages) {
  let before = null;
  return messages.flatMap((sms) => {
    const other = before && before.number !== sms.number;
    const paused = !before || new Date(sms.at) - new Date(before.at) > PAUSE;
    const stamp = paused || other ? [{ key: `t${sms.id}`, sms, other }] : [];
    before = sms;
    return [...stamp, { key: sms.id, sms, isSms: true }];
  });
}

function create({ isSms, sms }) {
  if (!isSms) return make("p", "stamp");
  const lost = ["undelivered", "failed", "refused"].includes(sms.status);
  const element = make("div", `sms is-${sms.direction}${lost ? " is-lost" : ""}`, bubble(sms), make("p", "state"));
  element.dataset.sms = sms.direction;
  return element;
}

function bubble(sms) {
  const pictures = sms.media.map((url) => picture(url));
  const empty = !sms.body && !pictures.length;
  return make("div", `bubble${empty ? " is-empty" : ""}`, ...pictures, empty ? "(tom sms)" : sms.body);
}

function picture(url) {
  if (!url.startsWith(`${location.origin}/`)) return "[Billede] ";
  const image = make("img");
  Object.assign(image, { src: url, alt: "Billede", width: 120, height: 150 });
  return image;
}

function update(element, { isSms, sms, other }, now, nameOf) {
  const at = relative(new Date(sms.at), now).replace(/^i dag /, other ? "i dag " : "");
  if (isSms) say(element.lastElementChild, state(sms));
  else say(element, other ? `${nameOf(sms.number)}, ${at}` : at);
}

function state(sms) {
  const parts = sms.segments > 1 ? [`${sms.segments} sms`] : [];
  if (["undelivered", "failed"].includes(sms.status)) return `Kom ikke frem: ${WHY[sms.error] ?? "fejl"} (${sms.error})`;
  if (sms.status === "refused") return `Afvist: ${WHY[sms.error] ?? "fejl"} (${sms.error})`;
  if (sms.direction === "out") parts.unshift(sms.status === "received" ? "✓✓ Modtaget" : "✓ Sendt");
  return parts.join(" · ");
}
