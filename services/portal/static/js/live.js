// A page that stays true: when something happens on its topics, its parts are fetched again and swapped.
//   <main data-live="ticket:ID board:SITE" data-every="60">   …   <section data-part="clocks">
// After sleep, a lost network or a restart of the portal the whole page is looked at once more, so that one left open
// overnight is right in the morning. What was missing when it was made ([data-missing]) is asked for until it is there.
import { FORM_STOOD_AT } from "./forms.js";
import { announce, serverNow, setServerTime } from "./moments.js";

const main = document.querySelector("main");
const every = Number(main.dataset.every ?? 0) * 1000;
// A page that answers a form stands at an address that only takes forms: it is looked at where the form stood.
const isAnswer = "posted" in main.dataset;
const here = isAnswer ? sessionStorage.getItem(FORM_STOOD_AT) : location.href;
const FIELDS = "input:not([type=hidden]), textarea, select";
const GATHER_MS = 120; // several facts of one change come close together
const SLEPT_MS = 45_000;
const REST_AFTER_MS = 20_000;
const BEAT_MS = 5000;
const MAX_PAUSE_MS = 30_000;

let source, waiting, leaving, fetching, again, lastLook = Date.now(), lastTry = lastLook, lastSaid = 0, tries = 0, misses = 0, missed = 0;

function listen() {
  source?.close();
  const topics = (main.dataset.live ?? "").split(" ").filter(Boolean);
  if (!topics.length) return;
  source = new EventSource(`${main.dataset.liveAt ?? "/live"}?${new URLSearchParams(topics.map((topic) => ["topic", topic]))}`);
  source.addEventListener("open", () => {
    if (misses) look();
    tries = misses = 0;
  });
  source.addEventListener("changed", look);
  source.addEventListener("gone", () => { source.close(); look(); }); // there is nothing to hear any more
  source.addEventListener("error", () => {
    misses++;
    if (source.readyState !== EventSource.CLOSED) return misses > 1 && mark(false); // the browser tries again by itself
    mark(false);
    setTimeout(() => (document.hidden ? rest() : listen()), Math.min(30_000, 1000 * 2 ** tries++) * (0.5 + Math.random() / 2));
    look();
  });
}

/** A page that is not looked at hears nothing: a browser has six connections to one host, for all its tabs. */
function rest() {
  source?.close();
  source = null;
}

/** Fetch the page soon, once for all that happens meanwhile. */
function look() {
  clearTimeout(waiting);
  waiting = setTimeout(fetchParts, GATHER_MS);
}

async function fetchParts() {
  if (!here) return;
  if (fetching) { again = true; return; }
  fetching = true;
  again = false;
  lastTry = Date.now();
  try {
    const answer = await fetch(here, { headers: { Accept: "text/html", "X-Parts": "1" }, signal: AbortSignal.timeout(10_000) });
    const isOver = answer.redirected && new URL(answer.url).pathname === "/login";
    if (isOver || !answer.ok) return isOver || answer.status < 429 ? openAnew() : mark(false); // the page itself says what it is
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    swap(fresh);
    hearAlso(fresh);
    lastLook = Date.now();
    mark(true);
    if (!isAnswer && hasNoPlaceFor(fresh)) openAnew();
  } catch {
    mark(false);
  } finally {
    fetching = false;
    if (again) look();
  }
}

/** Open the page anew, unless something is written in it, or a form is on its way. */
function openAnew() {
  if (isOnItsWay(main) || isFilledIn(main)) return mark(false);
  if (isAnswer) location.replace(here); else location.reload();
}

/** Whether there is more on the fresh page than parts of this one: it was made while a service was away. */
function hasNoPlaceFor(fresh) {
  const missing = (page) => [...page.querySelectorAll("[data-missing]")].filter((each) => !each.closest("[data-part]")).length;
  const isNew = ({ dataset: { part } }) => !document.querySelector(`[data-part="${CSS.escape(part)}"]`);
  return missing(fresh) < missing(document) || [...fresh.querySelectorAll("[data-part]")].some(isNew);
}

/** Listen to what the fresh page listens to: it may be about more by now, such as a job. */
function hearAlso(fresh) {
  const { live = "" } = fresh.querySelector("main").dataset;
  if (live === (main.dataset.live ?? "")) return;
  main.dataset.live = live;
  if (!document.hidden) listen();
}

const served = new WeakMap(); // part → what the server said of it last

/** A part without what differs in every answer: the tokens of its forms. */
const bare = (part) => part.outerHTML.replace(/(name="(?:_csrf|_key)" value=")[^"]*/g, "$1");

function swap(fresh) {
  let changed = false;
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    const html = next && bare(next);
    if (!next || isBeingFilledIn(part) || html === served.get(part)) continue;
    const was = new Set([...part.querySelectorAll("[data-key]")].map((each) => each.dataset.key));
    for (const each of next.querySelectorAll("[data-key]")) if (was.size && !was.has(each.dataset.key)) each.classList.add("fresh");
    for (const open of part.querySelectorAll("details[open][id]")) next.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const row = part.querySelector("[data-key][aria-current='true']")?.dataset.key;
    const place = document.importNode(next, true);
    part.replaceWith(place);
    if (row) place.querySelector(`[data-key="${CSS.escape(row)}"]`)?.setAttribute("aria-current", "true");
    if (focused) refocus(place, focused);
    changed ||= served.has(part);
    served.set(place, html);
  }
  if (fresh.title) document.title = fresh.title;
  setServerTime(fresh.documentElement.dataset.now ?? "");
  if (!changed) return;
  document.dispatchEvent(new CustomEvent("parts"));
  const words = fresh.querySelector("[data-say]")?.textContent.trim();
  if (words && Date.now() - lastSaid > 10_000) { lastSaid = Date.now(); announce(words); }
}

/** What is being written is not taken away from under the fingers, nor what is on its way. */
function isBeingFilledIn(part) {
  const field = document.activeElement;
  return (part.contains(field) && field.matches(FIELDS)) || isFilledIn(part) || isOnItsWay(part);
}

/** Whether a field says what the page did not; on a page that answers a form, whether one says anything. */
function isFilledIn(part) {
  return [...part.querySelectorAll(FIELDS)].some((each) =>
    each.matches("select") ? [...each.options].some((option) => option.selected !== option.defaultSelected) && each.selectedIndex > 0
      : each.matches("[type=checkbox], [type=radio]") ? each.checked !== each.defaultChecked : each.value !== (isAnswer ? "" : each.defaultValue));
}

const isOnItsWay = (part) => Boolean(part.querySelector("form[aria-busy='true']"));

function refocus(place, focused) {
  const { id, dataset } = focused;
  const href = focused.getAttribute("href");
  const same = (id && document.getElementById(id)) || (dataset.test && place.querySelector(`[data-test="${CSS.escape(dataset.test)}"]`)) || (href && place.querySelector(`[href="${CSS.escape(href)}"]`));
  same?.focus({ preventScroll: true });
}

/** The dot says whether what is shown is true now. */
function mark(isTrue) {
  for (const dot of document.querySelectorAll("[data-live-dot]")) {
    dot.dataset.words ??= dot.textContent;
    if (isTrue) {
      delete dot.dataset.s;
      dot.textContent = dot.dataset.words;
    } else if (dot.dataset.s !== "late") {
      dot.dataset.s = "late";
      const at = new Date(serverNow() - (Date.now() - lastLook)).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
      dot.textContent = document.body.dataset.stale.replace("{}", at);
    }
  }
}

listen();
addEventListener("online", () => { if (!document.hidden) listen(); look(); });
addEventListener("offline", () => mark(false));
addEventListener("pageshow", (event) => event.persisted && (listen(), look()));
addEventListener("pagehide", () => source?.close());
document.addEventListener("visibilitychange", () => {
  clearTimeout(leaving);
  if (document.hidden) leaving = setTimeout(rest, REST_AFTER_MS);
  else if (!source || Date.now() - lastLook > SLEPT_MS) { listen(); look(); }
});
addEventListener("over", look);
let beat = Date.now();
setInterval(() => {
  const slept = Date.now() - beat > SLEPT_MS; // the machine was asleep: timers stood still
  beat = Date.now();
  if (slept && !document.hidden) listen();
  if (slept || (!document.hidden && (isOld() || isMissed()))) look();
}, BEAT_MS);

const isOld = () => every && Date.now() - lastLook >= every;

/** Whether to ask again for what is missing: soon, and less and less often. */
function isMissed() {
  if (!document.querySelector("[data-missing]")) missed = 0;
  else if (Date.now() - lastTry >= Math.min(MAX_PAUSE_MS, (BEAT_MS / 2) * 2 ** missed)) return Boolean(++missed);
  return false;
}
