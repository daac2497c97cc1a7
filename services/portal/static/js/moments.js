// Times that count on, by the server's clock: rings of offers, "26 min left" on boards.
//   <div class="ring" data-ends="ISO" data-whole="90">   parts.ring()
//   <time datetime="ISO" data-count="short|long">        parts.left()
// A phone's clock may be wrong by a day: what counts is how far it is from the server's.

const body = document.body;
let ahead = 0; // milliseconds by which this clock is ahead of the server's

/** Take over what a page that was just fetched says the time is. */
export function setServerTime(iso) {
  const said = Date.parse(iso);
  if (!Number.isNaN(said)) ahead = Date.now() - said;
  tick();
}

/** Take over by how much this clock is ahead, where the page that is shown is an old one. */
export function setAhead(milliseconds) {
  ahead = milliseconds;
  tick();
}

/** The server's time now, in milliseconds. */
export const serverNow = () => Date.now() - ahead;

/** "17 分钟", "2 小时 5 分钟", as the server's filter `span`; null for days, which do not change under the eyes. */
function longSpan(minutes) {
  if (minutes >= 1440) return null;
  const [inMinutes, inHours] = body.dataset.spans.split("|");
  const rest = inMinutes.replace("{}", minutes % 60);
  if (minutes < 60) return rest;
  const hours = inHours.replace("{}", Math.floor(minutes / 60));
  return minutes % 60 ? `${hours} ${rest}` : hours;
}

/** Minutes in few signs: 26 min, 1:25, 3 d. As the server's filter `short_span`. */
export function shortSpan(minutes) {
  if (minutes < 60) return body.dataset.minutes.replace("{}", minutes);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  return body.dataset.days.replace("{}", Math.floor(minutes / 1440));
}

function countTime(element) {
  const minutes = Math.floor((Date.parse(element.dateTime) - serverNow()) / 60000);
  if (Number.isNaN(minutes)) return;
  const { count, left, over } = element.dataset;
  const distance = minutes < 0 ? -minutes : minutes;
  const text = count === "long" ? longSpan(distance) : (minutes < 0 ? over : left).replace("{}", shortSpan(distance));
  if (text !== null && element.textContent !== text) element.textContent = text;
}

const said = new WeakMap(); // the last second that a ring said aloud

function countRing(ring) {
  const whole = Number(ring.dataset.whole);
  const left = Math.max(0, (Date.parse(ring.dataset.ends) - serverNow()) / 1000);
  if (Number.isNaN(left)) return;
  const share = Math.min(1, left / whole);
  const inSeconds = left < 120;
  const number = Math.ceil(inSeconds ? left : left / 60);
  ring.dataset.s = share > 0.5 ? "ok" : share > 0.1 ? "risk" : "late";
  ring.querySelector(".r-left").setAttribute("stroke-dasharray", `${(share * 100).toFixed(1)} 100`);
  ring.querySelector("b").textContent = number;
  const unit = ring.querySelector("small");
  unit.textContent = inSeconds ? unit.dataset.second : unit.dataset.minute;
  const second = Math.ceil(left);
  if ([30, 10, 0].includes(second) && said.get(ring) !== second) {
    said.set(ring, second);
    ring.setAttribute("aria-label", `${number} ${unit.textContent}`);
    announce(`${number} ${unit.textContent}`);
  }
  if (left === 0 && !ring.hasAttribute("data-over")) {
    ring.setAttribute("data-over", "");
    ring.dispatchEvent(new CustomEvent("over", { bubbles: true }));
  }
}

let voice;

/** Say something to those who do not see the page. */
export function announce(text) {
  if (!voice) {
    voice = document.createElement("p");
    voice.className = "sr";
    voice.setAttribute("role", "status");
    body.append(voice);
  }
  voice.textContent = text;
}

export function tick() {
  for (const each of document.querySelectorAll("time[data-count]")) countTime(each);
  for (const each of document.querySelectorAll(".ring[data-ends]")) countRing(each);
}

setServerTime(document.documentElement.dataset.now ?? new Date().toISOString());
setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
