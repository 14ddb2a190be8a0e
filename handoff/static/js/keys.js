// Single keys of the inbox: j, k, c, r, n, #, /, Esc, ?. Nothing that they do needs them.
// They are off while something is written or chosen, with a modifier, and for who has turned them off.

const find = (selector) => [...document.querySelectorAll(selector)].find((node) => node.checkVisibility());
const OPEN = "[data-menu][open], dialog[open], :popover-open, #correction, #calculator";

const rows = () => [...document.querySelectorAll(".queue-row")].filter((row) => row.checkVisibility());

/** From row to row; at first to the one that is open, or the one on top. */
function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement.closest?.(".queue-row"));
  const open = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = at >= 0 ? at + by : open >= 0 ? open + by : 0;
  const row = all[Math.max(0, Math.min(all.length - 1, next))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** Back to the queue: to the row of what is open, or, where one pane is shown at a time, to the list. */
function back() {
  const row = rows().find((each) => each.hasAttribute("aria-current"));
  if (row) row.focus();
  else find("#desk .back")?.click();
}

function canned() {
  if (!document.querySelector("[data-replies]")) return; // who may not write has none
  find("[data-tab=sms]")?.click();
  find("[data-replies]")?.click();
}

function search() {
  const field = find("[data-search] input[type=search], input[type=search]");
  field?.select();
  if (field) field.focus();
  else document.querySelector(".rail-search-link")?.click(); // a narrow window has a page for it
}

const help = () => document.getElementById("keys-help")?.showModal();

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  c: () => find('#desk form[action*="/claim"] button, #desk button[formaction*="/claim"]')?.click(),
  r: () => find("[data-tab=sms]")?.click(),
  n: () => find("[data-tab=note]")?.click(),
  "#": canned,
  "/": search,
  "?": help,
};

const isOn = () => document.querySelector("[data-keyboard]")?.dataset.keyboard === "on";
const writes = (node) => node.isContentEditable || node.matches?.("input, textarea, select, [role=textbox], [role=combobox]");

// Before the others hear of it: what stands open is theirs to close.
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (!isOn() || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (writes(target) || document.querySelector(OPEN)) return;
  const act = key === "Escape" ? back : Object.hasOwn(KEYS, key) ? KEYS[key] : null;
  if (!act) return;
  event.preventDefault();
  act();
}, true);

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-keys-help]")) help();
});

for (const button of document.querySelectorAll("[data-keys-help]")) button.hidden = false;
