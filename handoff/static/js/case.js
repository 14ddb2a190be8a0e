// A thing of the case that is edited in place: the hand goes into its form, Escape closes it, and back to where it was.

const find = (id) => document.getElementById(id);
let opened = "";

function atForm() {
  const form = find("case-form");
  const back = opened;
  opened = form?.querySelector("[name=what]").value ?? "";
  const link = back && [...document.querySelectorAll("a.edit")].find((each) => new URL(each.href).searchParams.get("what") === back);
  const target = form ? (find("case-form-problem") ?? form.querySelector("input:not([type=hidden]), select, textarea") ?? find("case-form-title")) : link;
  if (!target || !target.checkVisibility()) return;
  target.focus({ preventScroll: true });
  (form ?? target).scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id === "desk") atForm();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest("#case-form")?.querySelector("[data-close]").click();
});

atForm();
