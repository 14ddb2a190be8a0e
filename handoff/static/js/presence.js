// Tells the colleagues who looks at the conversation and who writes in it, and shows who else does. Only a hint: every
// page works without it. A ping every quarter of a minute, at once when somebody begins to write, and one on leaving.

const EVERY = 15_000;
const WRITING = 5_000;

const place = () => document.getElementById("presence");
let at = "";
let wrote = 0;
let told = 0;
let toldWriting = false;

const isWriting = () => Date.now() - wrote < WRITING;

function form(state) {
  const data = new FormData();
  data.set("state", state);
  data.set("csrf_token", document.querySelector("[name=csrf_token]")?.value ?? "");
  return data;
}

async function ping() {
  const here = place();
  if (!here || document.hidden) return;
  at = here.dataset.presence;
  told = Date.now();
  toldWriting = isWriting();
  const answer = await fetch(at, { method: "POST", body: form(toldWriting ? "writes" : "looks") }).catch(() => null);
  if (!answer?.ok || answer.redirected || place()?.dataset.presence !== at) return;
  show(await answer.text());
}

/** The words are text and nothing else. */
function show(html) {
  const words = new DOMParser().parseFromString(html, "text/html").body.textContent;
  const here = place();
  if (here && here.textContent.trim() !== words.trim()) here.textContent = words;
}

function leave() {
  if (at) navigator.sendBeacon(at, form("gone"));
  at = "";
}

/** What is due now: another conversation, somebody who began or stopped to write, a quarter of a minute. */
function look() {
  const now = place()?.dataset.presence ?? "";
  if (at && now !== at) leave();
  if (now && !document.hidden && (now !== at || toldWriting !== isWriting() || Date.now() - told >= EVERY)) ping();
}

document.addEventListener("input", ({ target }) => {
  if (!target.closest?.("#composer")) return;
  const began = !isWriting();
  wrote = Date.now();
  if (began || Date.now() - told >= WRITING) ping();
});
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : look()));
document.addEventListener("htmx:afterSettle", look);
window.addEventListener("pagehide", leave);
setInterval(look, 1_000);
look();
