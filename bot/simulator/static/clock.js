// The product's clock: shows it, and moves it forward. One move at a time; meanwhile the buttons wait.
import * as api from "./api.js";
import { $, say } from "./dom.js";
import { fullDay, inputValue, relative, time } from "./format.js";

const buttons = () => [...document.querySelectorAll(".moves button")];
let next = null;
let moving = false;
let shown = new Date(0);

export function renderClock(now) {
  shown = now;
  say($("clock-day"), fullDay(now));
  say($("clock-time"), time(now));
  $("next-step").hidden = !next || next <= now;
  if (next) say($("next-step"), `Næste skridt: ${relative(next, now)}`);
}

/** What falls due next is asked for now and then only: it takes the product some looking. */
export async function askForNextStep() {
  const told = await api.clock();
  next = told.next_step ? new Date(told.next_step) : null;
}

export function listenToClock(notice, changed) {
  const move = async (asked) => {
    if (moving) return;
    moving = true;
    buttons().forEach((button) => button.setAttribute("aria-disabled", "true"));
    notice("Uret går frem. Alt på vejen sker i rækkefølge.");
    try {
      const told = await api.moveClock(asked);
      next = told.next_step ? new Date(told.next_step) : null;
      notice("");
    } catch (error) {
      notice(`Uret blev ikke stillet: ${error.message}`, true);
    } finally {
      moving = false;
      buttons().forEach((button) => button.removeAttribute("aria-disabled"));
      changed();
    }
  };
  $("forward-hour").addEventListener("click", () => move({ forward_hours: 1 }));
  $("forward-day").addEventListener("click", () => move({ forward_days: 1 }));
  $("next-step").addEventListener("click", () => next && move({ now: next.toISOString() }));
  $("choose-time").addEventListener("click", () => {
    $("time").min = inputValue(shown);
    $("time").value = inputValue(new Date(shown.getTime() + 3600000));
    $("time-dialog").showModal();
  });
  $("time-form").addEventListener("submit", (event) => {
    if (event.submitter?.value === "go") move({ now: $("time").value });
  });
}
