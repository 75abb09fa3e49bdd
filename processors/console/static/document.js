// Ties each value to its place on the page: pointing at one lights the other, choosing one goes to the other.
// Without this script the links still do: a place's link is its row, a row's link is its place.

const other = (node) => {
  const [kind, number] = node.id.split("-");
  return document.getElementById(`${kind === "place" ? "field" : "place"}-${number}`);
};
const ends = [...document.querySelectorAll('[id^="place-"], [id^="field-"]')];

const light = (node, on) => {
  for (const one of [node, other(node)]) one?.classList.toggle("lit", on);
};

for (const node of ends) {
  node.addEventListener("pointerenter", () => light(node, true));
  node.addEventListener("pointerleave", () => light(node, false));
  node.addEventListener("focusin", () => light(node, true));
  node.addEventListener("focusout", () => light(node, false));
}

// What the address names is chosen, and the keyboard goes on from there.
const choose = () => {
  for (const node of document.querySelectorAll(".chosen")) node.classList.remove("chosen");
  const node = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!node || !ends.includes(node)) return;
  for (const one of [node, other(node)]) one?.classList.add("chosen");
  (node.matches("a") ? node : node.querySelector("a"))?.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
};
addEventListener("hashchange", choose);
choose();

// Followed as a link the other end would be scrolled to the top, and the values out of sight.
for (const link of document.querySelectorAll('a[href^="#place-"], a[href^="#field-"]')) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState(null, "", link.getAttribute("href"));
    choose();
  });
}

const words = document.getElementById("show-words");
const sheet = document.querySelector(".sheet");
words?.addEventListener("change", () => sheet?.classList.toggle("show-words", words.checked));
if (words?.checked) sheet?.classList.add("show-words");

// A page that cannot be drawn is said, not shown as a broken picture.
const picture = document.querySelector(".sheet image");
picture?.addEventListener("error", () => {
  picture.remove();
  const said = document.createElement("p");
  said.className = "note warn";
  said.setAttribute("role", "status");
  said.textContent = "This page cannot be drawn. Its words and values are still shown.";
  document.querySelector(".paper")?.before(said);
});
