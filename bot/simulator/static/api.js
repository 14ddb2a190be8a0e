// The simulator's JSON API. What it refuses becomes an Error with its sentence.
const base = document.body.dataset.api;

async function ask(path, sent) {
  const asked = sent === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent),
  };
  const answer = await fetch(base + path, asked);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? `Tjenesten svarede ${answer.status}.`);
  return told;
}

const phones = (open) => open.map((p) => `phone=${encodeURIComponent(p)}`).join("&");
export const overview = (open) => ask(`/overview?${phones(open)}`);
export const clock = () => ask("/clock");
export const moveClock = (move) => ask("/clock", move);
export const planFault = (wish) => ask("/faults", wish);
export const write = (phone, sms) => ask(`/phones/${encodeURIComponent(phone)}/messages`, sms);
