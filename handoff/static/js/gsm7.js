// What an SMS costs, counted as the service counts it (bot/sms.py); a test compares the two.

const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENDED = new Set("^{}\\[~]|€\f");
const DROPPED = /[\x1b\u200b\u200c\u200d\u2060\ufeff\u2066-\u2069]/g;
const PLAIN = { "\xa0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "“": '"', "”": '"', "„": '"', "»": '"', "«": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "…": "..." };

const ENDS = /^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g; // what Python's strip() takes away

const downgrade = (text) => text.replace(DROPPED, "").replace(/[\xa0\u202f\u2009\t“”„»«’‘–—…]/g, (sign) => PLAIN[sign]).replace(ENDS, "");

/** The first sign that is not in GSM-7. */
const odd = (written) => [...downgrade(written)].find((sign) => !BASIC.has(sign) && !EXTENDED.has(sign));

/** {units, room, parts, plain}: units used, units that fit in as many SMS, how many SMS, and whether all is GSM-7. */
export function count(written) {
  const signs = [...downgrade(written)];
  const plain = signs.every((sign) => BASIC.has(sign) || EXTENDED.has(sign));
  const size = (sign) => (plain ? 1 + EXTENDED.has(sign) : sign.length);
  const [single, part] = plain ? [160, 153] : [70, 67];
  const units = signs.reduce((sum, sign) => sum + size(sign), 0);
  if (units <= single) return { units, room: single, parts: units ? 1 : 0, plain };
  let parts = 1;
  let used = 0;
  for (const sign of signs) {
    if (used + size(sign) > part) [parts, used] = [parts + 1, 0];
    used += size(sign);
  }
  return { units, room: parts * part, parts, plain };
}

/** "135 af 160 · 1 SMS" */
export function words(written) {
  const { units, room, parts, plain } = count(written);
  const why = plain ? "" : ` · ${odd(written)} fylder mere`;
  return `${units} af ${room} · ${parts} SMS${why}`;
}
