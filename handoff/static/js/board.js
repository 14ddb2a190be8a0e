// The board: a button that prints, and pictures whose tables are open on paper only if the reader had opened them.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
