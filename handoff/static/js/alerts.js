// A tab that nobody looks at: how many wait in its title, a dot in its icon, and one notification an event, in however
// many tabs. No names, nothing blinks. Without this file the inbox still says it all when it is looked at.

const place = document.getElementById("alerts");
const RINGS = "Krise · ";
const TOLD = "alerts.told";
const LOOKING = "alerts.looking";
const EVERY = 30_000;
let news = null;

// --- the title and the icon ---

function titled(title) {
  const plain = title.replace(RINGS, "").replace(/^\(\d+\) /, "");
  return (news.crises ? RINGS : "") + (news.waiting ? `(${news.waiting}) ` : "") + plain;
}

function draw() {
  if (!news) return;
  const title = titled(document.title);
  if (document.title !== title) document.title = title;
  const icon = news.crises ? place.dataset.iconCrisis : news.waiting ? place.dataset.iconWaiting : place.dataset.icon;
  const link = document.querySelector('link[rel="icon"]');
  if (link.getAttribute("href") !== icon) link.setAttribute("href", icon);
  const office = document.getElementById("office-line");
  if (office && office.textContent !== news.office) office.textContent = news.office;
}

// --- the notification ---

const isLookedAt = () => document.visibilityState === "visible" && document.hasFocus();
const alone = (work) => (navigator.locks ? navigator.locks.request("alerts", work) : work());

function noteLooking() {
  if (isLookedAt()) localStorage.setItem(LOOKING, Date.now());
}

const anyIsLookedAt = () => isLookedAt() || Date.now() - Number(localStorage.getItem(LOOKING) ?? 0) < 8_000;

/** What is new since some tab of ours last knew; from now on they all know it. */
function fresh() {
  const told = new Set(JSON.parse(localStorage.getItem(TOLD) ?? "[]"));
  localStorage.setItem(TOLD, JSON.stringify(news.events.map((event) => event.key)));
  return news.events.filter((event) => !told.has(event.key));
}

function tell(isFirst) {
  const events = fresh();
  const mayTell = "notify" in place.dataset && "Notification" in window && Notification.permission === "granted";
  if (isFirst || !events.length || !mayTell || anyIsLookedAt()) return;
  const isCrisis = events.some((event) => event.kind === "crisis");
  const words = events.length === 1 ? place.dataset.one : `${events.length} ${place.dataset.many}`;
  const told = new Notification(isCrisis ? place.dataset.crisis : words, { tag: events[0].key, icon: place.dataset.icon });
  told.addEventListener("click", () => {
    told.close();
    window.focus();
    window.location.assign(place.dataset.inbox);
  });
}

// --- when to ask ---

let asking = false;
let again = false;

async function ask() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const isFirst = news === null;
  try {
    const answer = await fetch(place.dataset.url, { headers: { Accept: "application/json" }, redirect: "error" });
    if (answer.ok) {
      news = await answer.json();
      draw();
      await alone(() => tell(isFirst));
    }
  } catch {
    // The server is away: the next time.
  }
  asking = false;
  if (again) {
    again = false;
    ask();
  }
}

// --- the button that asks the browser for leave, on the page of one's own settings ---

function showLeave() {
  const state = document.querySelector("[data-alerts-state]");
  if (!state) return;
  const leave = "Notification" in window ? Notification.permission : "missing";
  state.textContent = state.dataset[leave] ?? "";
  document.querySelector("[data-alerts-ask]").hidden = leave !== "default";
}

document.addEventListener("click", async (event) => {
  if (!event.target.closest("[data-alerts-ask]")) return;
  await Notification.requestPermission();
  showLeave();
  document.querySelector("[data-alerts-state]").focus();
});

if (place) {
  new MutationObserver(draw).observe(document.querySelector("title"), { childList: true, characterData: true, subtree: true });
  document.addEventListener("htmx:sseMessage", ask);
  document.addEventListener("visibilitychange", () => {
    noteLooking();
    if (document.visibilityState === "visible") ask();
  });
  window.addEventListener("focus", noteLooking);
  setInterval(noteLooking, 5_000);
  setInterval(ask, EVERY);
  noteLooking();
  ask();
  showLeave();
}
