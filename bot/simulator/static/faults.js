// "Lad noget gå galt": each switch asks for one kind of fault; it goes off by itself when the fault has been used up.
import * as api from "./api.js";
import { $, keep, say } from "./dom.js";
import { first } from "./format.js";

const switches = () => [...document.querySelectorAll(".switch")];
const chosen = () => $("fault-phone").value || null;

export function renderFaults(faults, people) {
  keep($("fault-phone"), [{ phone: "", name: "alle" }, ...people], (p) => p.phone,
    (p) => new Option(first(p.name), p.phone));
  const nameOf = (phone) => first(people.find((p) => p.phone === phone)?.name ?? phone);
  for (const button of switches()) {
    const mine = faults.filter((f) => String(f.error) === button.dataset.error);
    const told = mine.map((f) => `${f.next} tilbage til ${f.phone ? nameOf(f.phone) : "alle"}`);
    const on = String(mine.length > 0);
    if (button.getAttribute("aria-checked") !== on) button.setAttribute("aria-checked", on);
    say(button.querySelector("small"), [button.dataset.error, ...told].join(" · "));
  }
}

export function listenToFaults(changed, trouble) {
  for (const button of switches()) {
    button.addEventListener("click", async () => {
      const error = button.dataset.error;
      const isOn = button.getAttribute("aria-checked") === "true";
      const times = Math.max(1, Number($("fault-count").value) || 1);
      try {
        await api.planFault(isOn ? { next: 0, error } : { next: times, error, phone: chosen() });
      } catch (failure) {
        trouble(failure.message);
      }
      changed();
    });
  }
}
