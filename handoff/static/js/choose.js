// A list under a field: arrows walk through what is shown, Enter takes it, Esc leaves it; so does the pointer.

/** Let ``field`` steer ``list``; gives a function that marks the first one anew. */
export function choose(field, list, take, leave, signal) {
  const shown = () => [...list.children].filter((row) => !row.hidden);
  let at = 0;

  function mark() {
    const rows = shown();
    at = Math.max(0, Math.min(at, rows.length - 1));
    for (const row of list.children) row.setAttribute("aria-selected", String(row === rows[at]));
    if (rows[at]) field.setAttribute("aria-activedescendant", rows[at].id);
    else field.removeAttribute("aria-activedescendant");
    rows[at]?.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    ArrowDown: () => { at = (at + 1) % Math.max(1, shown().length); mark(); },
    ArrowUp: () => { at = (at - 1 + shown().length) % Math.max(1, shown().length); mark(); },
    Enter: () => shown()[at] && take(shown()[at]),
    Escape: leave,
  };

  field.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }, { signal });
  list.addEventListener("mousedown", (event) => {
    const row = event.target.closest("[role=option]");
    event.preventDefault(); // the field keeps the focus
    if (row) take(row);
  }, { signal });

  mark();
  return () => { at = 0; mark(); };
}
