// The pages on our texts: while one writes, the wording is shown as an SMS with an ordinary resident's values, and counted
// with those and with the longest. Without this file "Se den" does the same.

import { count } from "./gsm7.js";

const LONGER_THAN_TWO = 2;

/** The wording with its places filled in, as the service fills them in (bot/dialogs/texts.py). */
function filled(body, places, which) {
  const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const begun = body.replace(/(^|[.?] )\{(adviser|organisation)\}/g, (all, before, name) => (name in places ? before + upper(places[name][which]) : all));
  return begun.replace(/\{([a-z_]+)\}/g, (all, name) => (name in places ? places[name][which] : all)).replace(/\.{2,}/g, ".");
}

const size = ({ units, parts }) => `${units} tegn · ${parts} SMS`;

function show(field) {
  const form = field.form;
  const places = JSON.parse(form.dataset.places);
  const body = field.value.split(/\s+/).join(" ").trim();
  const longest = count(filled(body, places, 1));
  const preview = form.querySelector("[data-live-preview]");
  preview.hidden = !body;
  preview.querySelector(".sample").textContent = filled(body, places, 0);
  const atMost = preview.querySelector(".longest");
  if (atMost) atMost.textContent = filled(body, places, 1);
  const under = preview.querySelector(".under");
  const most = Object.keys(places).length ? `. Længst: ${size(longest)}` : "";
  under.textContent = `${size(count(filled(body, places, 0)))}${most}${longest.plain ? "" : " · særlige tegn fylder mere"}`;
  under.classList.toggle("urgent", longest.parts > LONGER_THAN_TWO);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches(".text-edit textarea")) show(target);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-forget]")) sessionStorage.clear();
});
