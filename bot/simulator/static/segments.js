// What an SMS costs: GSM 03.38 carries 160 (153 in parts), anything else makes it UCS-2 with 70 (67 in parts).
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€\f");

/** { used, room, parts }: units used, units that this many parts hold, number of SMS. */
export function measure(text) {
  const letters = [...text];
  const gsm = letters.every((c) => BASIC.has(c) || EXTENDED.has(c));
  const size = (c) => (gsm ? (EXTENDED.has(c) ? 2 : 1) : c.length);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  const used = letters.reduce((sum, c) => sum + size(c), 0);
  if (used <= single) return { used, room: single, parts: text ? 1 : 0 };
  let parts = 1;
  let filled = 0;
  for (const c of letters) {
    if (filled + size(c) > part) [parts, filled] = [parts + 1, 0];
    filled += size(c);
  }
  return { used, room: parts * part, parts };
}
