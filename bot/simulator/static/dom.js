// Small things done to the page: elements are made from text only, so nothing that anybody wrote becomes markup.
export const $ = (id) => document.getElementById(id);

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** Change a text only when it is another one: a screen reader and a selection are left alone. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Keep the children of a list in step with items: made once by key, updated in place, never rebuilt. */
export function keep(list, items, keyOf, create, update) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let at = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = old.get(key);
    old.delete(key);
    if (!child) {
      child = create(item);
      child.dataset.key = key;
    }
    update?.(child, item);
    if (child === at) at = at.nextElementSibling;
    else list.insertBefore(child, at);
  }
  for (const child of old.values()) child.remove();
}

/** What this browser remembers; without storage it forgets at the next visit. */
export function remember(name, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(`phones.${name}`));
    localStorage.setItem(`phones.${name}`, JSON.stringify(value));
  } catch {
    return null;
  }
  return value;
}
