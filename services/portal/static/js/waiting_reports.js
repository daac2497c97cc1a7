// What waits on this phone to be sent: counted, listed, and sent when the network is back.
import { drop, keep, kept, send } from "./kept_reports.js";

const place = document.querySelector("[data-waiting]");
const MAX_PAUSE_MS = 60_000;
const means = place?.querySelector("[data-waiting-means]").textContent;
let sending = false, later, tries = 0;

/** Send what waits, in order; what is refused stays and is shown. */
async function sendKept() {
  if (!place || sending) return;
  sending = true;
  let why;
  clearTimeout(later);
  try {
    for (const report of await kept(place.dataset.person)) {
      if (report.said !== undefined || document.querySelector('form[data-report][aria-busy="true"]')) continue;
      const outcome = await send(report);
      if (outcome.location) {
        await drop(report.key);
        note(place.dataset.sent, outcome.location);
      } else if ("said" in outcome) {
        await keep({ ...report, said: outcome.said });
      } else { ({ why } = outcome); sendLater(); break; }
      tries = 0;
    }
    await showWaiting(why);
  } catch {
    // no store in this browser: nothing was kept
  } finally {
    sending = false;
  }
}

/** Send what waits in a moment; what cannot be sent then, less and less often. */
export function sendLater() {
  clearTimeout(later);
  later = setTimeout(sendKept, Math.min(MAX_PAUSE_MS, 2000 * 2 ** tries++));
}

/** Show what waits on this phone, and why, where it is not for want of a signal. */
export async function showWaiting(why) {
  const waiting = await kept(place.dataset.person);
  const list = place.querySelector("[data-waiting-list]");
  list.querySelectorAll("[data-key]").forEach((each) => each.remove());
  for (const report of waiting) {
    const item = document.createElement("li");
    item.dataset.key = report.key;
    item.dataset.test = "outbox-item";
    const text = report.fields.find(([name]) => name === "text")?.[1] || new Date(report.at).toLocaleString(document.documentElement.lang);
    item.append(report.said === undefined ? text : `${place.dataset.refused} ${report.said} (${text})`);
    if (report.said !== undefined) {
      item.append(" ", choice(place.dataset.again, () => sendAgain(report)), " ", choice(place.dataset.drop, () => drop(report.key)));
    }
    list.append(item);
  }
  place.querySelector("[data-waiting-count]").textContent = waiting.length ? place.dataset.count.replace("{}", waiting.length) : "";
  place.querySelector("[data-waiting-means]").hidden = waiting.every((report) => report.said !== undefined);
  place.querySelector("[data-waiting-means]").textContent = place.dataset[why] ?? means;
  place.querySelector("[data-waiting-sign-in]").hidden = why !== "signedOut";
  place.hidden = !waiting.length && !list.children.length;
}

function choice(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet";
  button.textContent = words;
  button.addEventListener("click", async () => { await act(); await showWaiting(); });
  return button;
}

/** Let it wait once more, under a new key: the old one has its answer. */
async function sendAgain({ said, ...report }) {
  await keep({ ...report, key: crypto.randomUUID() });
  await drop(report.key);
  sendLater();
}

function note(words, href) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = href;
  link.textContent = words;
  item.append(link);
  place.querySelector("[data-waiting-list]").append(item);
}

addEventListener("online", sendKept);
document.addEventListener("visibilitychange", () => document.hidden || sendKept());
setInterval(sendKept, MAX_PAUSE_MS); // another tab may have kept some
sendKept();
