// How times and numbers are written for Danes. Everything is shown as Copenhagen sees it.
const ZONE = "Europe/Copenhagen";
const part = (options) => new Intl.DateTimeFormat("da-DK", { timeZone: ZONE, ...options });
const TIME = part({ hour: "numeric", minute: "2-digit" });
const DAY = part({ weekday: "long", day: "numeric", month: "long" });
const FULL = part({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const SHORT = part({ weekday: "short", day: "numeric", month: "short" });
const KEY = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE });
const LOCAL = new Intl.DateTimeFormat("sv-SE", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});

const plain = (text) => text.replace(" den ", " ").replace(/:/g, ".");
export const time = (at) => plain(TIME.format(at)).replace(/^0(?=\d\.)/, "");
export const day = (at) => plain(DAY.format(at));
export const fullDay = (at) => plain(FULL.format(at));
export const inputValue = (at) => LOCAL.format(at).replace(" ", "T");
export const first = (name) => (name.startsWith("+") ? name : name.split(" ")[0]);

const dayNumber = (at) => Date.parse(KEY.format(at)) / 86400000;
export const sameDay = (a, b) => dayNumber(a) === dayNumber(b);

/** "i dag 9.00", "i morgen 9.00", "tors. 3. dec. 9.00" */
export function relative(at, now) {
  const names = { "-1": "i går", 0: "i dag", 1: "i morgen" };
  const name = names[dayNumber(at) - dayNumber(now)] ?? plain(SHORT.format(at));
  return `${name} ${time(at)}`;
}

/** +45 11 11 40 27, as people read it. */
export const spaced = (number) => (/^\+45\d{8}$/.test(number) ? number.replace(/(\d\d)(?=\d)/g, "$1 ") : number);
