// The search field in the rail: htmx fetches the list while one types; here it is gone through by keys. Without this file
// Enter searches, and nothing else is missing.

const field = document.querySelector("[data-search] input[type=search]");
const list = document.getElementById("search-list");
const status = document.querySelector("[data-search-status]");

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function close() {
  list.hidden = true;
  choose(null);
  field.setAttribute("aria-expanded", "false");
}

function open() {
  const found = list.querySelector("[role=listbox]");
  list.hidden = !found || !field.value.trim();
  field.setAttribute("aria-expanded", String(!list.hidden));
  status.textContent = list.hidden ? "" : found.dataset.words;
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function go(option) {
  if (option.dataset.href) location.assign(option.dataset.href);
  else field.form.requestSubmit();
}

function step(by) {
  if (list.hidden) return open();
  const all = options();
  const at = all.indexOf(chosen());
  choose(at < 0 && by < 0 ? all.at(-1) : all[at + by] ?? null);
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && chosen() && !list.hidden) {
    event.preventDefault();
    go(chosen());
  } else if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault(); // the browser would empty the field
    if (list.hidden) field.blur();
    else close();
  }
}

if (field && list) {
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "search-list"], ["aria-expanded", "false"]]) field.setAttribute(name, value);
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", () => !field.value.trim() && close());
  field.addEventListener("focusout", close);
  field.addEventListener("focus", () => list.querySelector("[role=option]") && open());
  list.addEventListener("htmx:afterSwap", () => document.activeElement === field && open());
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus, or the list would close
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option);
  });
}
