// Puts what the server shows now into what stands on the page, touching only what differs.

const KEPT = new Set(["open", "hidden", "aria-current", "checked"]);

/** Make one element like another: text and attributes in place; forms and links that lead elsewhere are replaced. */
export function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const leads = (node) => node.getAttribute?.("action") ?? node.getAttribute?.("href");
  if (old.nodeName !== fresh.nodeName || old.id !== fresh.id || leads(old) !== leads(fresh)) {
    old.replaceWith(fresh.cloneNode(true));
  } else if (old.nodeType !== Node.ELEMENT_NODE) {
    old.replaceWith(fresh.cloneNode()); // not moved, but new: a longer figure, set to the right, begins elsewhere
  } else {
    attributes(old, fresh);
    children(old, fresh);
  }
}

function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !KEPT.has(name)) old.setAttribute(name, value);
}

/** Make the children alike, one by one. */
export function children(old, fresh) {
  const wanted = [...fresh.childNodes];
  [...old.childNodes].slice(wanted.length).forEach((extra) => extra.remove());
  wanted.forEach((want, index) => {
    const have = old.childNodes[index];
    if (have) patch(have, want);
    else old.append(want.cloneNode(true));
  });
}

/** Make the children alike by their ids: those that stay keep their place on the page and their focus. */
export function keyed(old, fresh) {
  const wanted = [...fresh.children];
  const ids = new Set(wanted.map((node) => node.id));
  const standing = new Map([...old.children].map((node) => [node.id, node]));
  for (const [id, node] of standing) if (!ids.has(id)) node.remove();
  let at = old.firstElementChild;
  for (const want of wanted) {
    const have = standing.get(want.id);
    if (!have) old.insertBefore(want.cloneNode(true), at);
    else if (have === at) at = at.nextElementSibling;
    else old.insertBefore(have, at);
    if (have) patch(have, want);
  }
}
