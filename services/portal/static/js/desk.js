// The desk by keyboard, and the clock on the wall.
//   j k  move · Enter  open · a  assign · m  merge · /  search · n  for a caller · w  wall · ?  all keys
// A row is <li data-key="TICKET"> with a link; on a ticket's own page a and m are about that ticket.
import { serverNow } from "./moments.js";

const ticketOfPage = location.pathname.match(/^\/ops\/tickets\/([0-9a-f-]{36})$/)?.[1];
const rows = () => [...document.querySelectorAll(".queue [data-key]")];
const current = () => document.querySelector(".queue [data-key][aria-current='true']");

function mark(row) {
  for (const each of rows()) if (each !== row) each.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
}

/** Go to the next row, or the one before; from the first, or the last, nowhere. */
function move(by) {
  const all = rows();
  const at = all.indexOf(current());
  const row = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (!row) return;
  mark(row);
  row.querySelector("a")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

const ticket = () => current()?.dataset.key ?? ticketOfPage;

function toPage(part) {
  const id = ticket();
  if (id) location.assign(`/ops/tickets/${id}/${part}`);
}

function toWall() {
  const here = new URL(location.href);
  if (here.pathname !== "/ops") return;
  if (here.searchParams.has("wall")) here.searchParams.delete("wall"); else here.searchParams.set("wall", "1");
  location.assign(here);
}

function search() {
  const field = document.querySelector("[data-search]");
  if (field) { field.focus(); field.select(); } else location.assign("/ops/tickets");
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => toPage("assign"),
  m: () => toPage("merge"),
  n: () => location.assign(document.querySelector('a[href^="/ops/new"]')?.href ?? "/ops/new"), // of the site that is looked at
  w: toWall,
  "/": search,
  "?": () => document.getElementById("keys")?.showModal?.(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(".queue [data-key]");
  if (row) mark(row);
});

// A part that was fetched anew keeps the marked row, and the focus on it.
document.addEventListener("parts", () => {
  const row = current();
  if (row && document.activeElement === document.body) row.querySelector("a")?.focus({ preventScroll: true });
});

// A link to a verb of the ticket opens it; so does an address that names one.
function openVerb() {
  const verb = location.hash.startsWith("#do-") && document.getElementById(location.hash.slice(1));
  if (verb instanceof HTMLDetailsElement) {
    verb.open = true;
    verb.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  }
}
addEventListener("hashchange", openVerb);
openVerb();

const clock = document.querySelector("time[data-clock]");
if (clock) {
  const zone = clock.dataset.clock;
  const say = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  setInterval(() => { clock.textContent = say.format(serverNow()); }, 1000);
}

// what is written where numbers are looked up is reported too, though it was not looked up
const lookedUp = document.querySelector("#phone");
const reported = document.querySelector("#number");
if (lookedUp && reported) {
  lookedUp.addEventListener("input", () => { reported.value = lookedUp.value; });
}
