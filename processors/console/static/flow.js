// Asks for the board again and puts it in the old one's place, without moving what the visitor looks at:
// the focused link keeps the focus, a selection is not disturbed, and only news is spoken.

const PERIOD = 10_000;
const board = document.getElementById("board");
const live = document.getElementById("live");
const said = document.getElementById("said");
const summary = () => board.querySelector("[data-summary]")?.dataset.summary ?? "";

const refresh = async () => {
  if (!live.checked || document.hidden || String(getSelection())) return;
  let text;
  try {
    const answer = await fetch(board.dataset.from, { cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    text = await answer.text();
  } catch {
    said.textContent = "The board could not be refreshed; it is tried again.";
    return;
  }
  const before = summary();
  const focused = board.contains(document.activeElement) ? document.activeElement.id : "";
  // The server escaped everything; the policy of the page would run no script in it.
  const made = new DOMParser().parseFromString(text, "text/html");
  board.replaceChildren(...made.body.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (summary() !== before) said.textContent = summary();
};

setInterval(refresh, PERIOD);
live.addEventListener("change", refresh);
