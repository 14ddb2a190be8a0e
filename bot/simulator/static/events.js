// "Sket for nylig": one sentence for each thing that happened on the network.
import { $, keep, make } from "./dom.js";
import { first, time } from "./format.js";

const SENTENCES = {
  wrote: ["", " skrev"],
  duplicate: ["Sms fra ", " sendt tre gange"],
  delivered: ["Sms til ", " leveret"],
  undelivered: ["Sms til ", " kom ikke frem"],
  failed: ["Sms til ", " kom ikke af sted"],
  refused: ["Sms til ", " blev afvist"],
  timeout: ["Sms til ", " leveret, men svaret blev væk"],
  lost_receipt: ["Sms til ", " leveret uden kvittering"],
  provider_error: ["Sms til ", " ikke taget imod"],
  webhook_failed: ["Tjenesten tog ikke imod besked om ", ""],
};
const FINE = new Set(["wrote", "delivered"]);

export function renderEvents(events, people) {
  const nameOf = (phone) => first(people.find((p) => p.phone === phone)?.name ?? phone);
  $("no-events").hidden = events.length > 0;
  keep($("events"), events, (event) => event.id, (event) => {
    const [before, after] = SENTENCES[event.kind] ?? ["", ` ${event.kind}`];
    const text = make("span", FINE.has(event.kind) ? "" : "is-trouble", before, make("strong", "", nameOf(event.phone)),
      after, event.detail ? ` (${event.detail})` : "");
    return make("li", "", make("time", "", time(new Date(event.at))), text);
  });
}
