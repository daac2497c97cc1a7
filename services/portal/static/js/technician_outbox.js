// The outbox of the page that is open: what is put into it, shown of it, and sent.

import { flush } from "./outbox.js";
import { itemsOf, keep, note } from "./outbox_store.js";
import { stateAfter } from "./outbox_rules.js";
import { showOffers, showOutbox, showState } from "./outbox_view.js";

export const WORDS = document.querySelector("[data-phone]")?.dataset;
export const PERSON = WORDS?.person;
const MAX_PAUSE_MS = 60_000;
const answers = {}; // what was sent from this page, by key
let reached = true;
let away = false; // the server was not reached, though the network was
let tries = 0;
let later;

// Keep an item with the time that the phone shows; the clocks were compared at the last contact.
export async function put(item, bytes) {
  const contact = await note("contact");
  const aheadS = contact?.aheadS ?? null;
  await keep({ person: PERSON, saidAt: new Date().toISOString(), aheadS, ...item }, bytes);
  await show();
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => {});
}

export async function show() {
  const items = await itemsOf(PERSON);
  showOutbox(items, WORDS, { reached, away });
  showOffers(items);
  const job = document.querySelector("[data-job]")?.dataset;
  if (job) showState(job, stateAfter(job.state, items.filter((item) => item.job === job.job)), items);
}

export async function send() {
  clearTimeout(later);
  const done = await flush();
  ({ reached, away } = done);
  Object.assign(answers, done.answers);
  for (const sign of document.querySelectorAll("[data-signed-out]")) sign.hidden = !done.signedOut;
  await show();
  // a server that is away, or had no time for something, is asked again soon, and less and less often
  const waits = away || (reached && !done.signedOut && (await itemsOf(PERSON)).some((item) => item.state === "waiting"));
  tries = waits ? tries + 1 : 0;
  if (waits) later = setTimeout(send, Math.min(MAX_PAUSE_MS, 1000 * 2 ** tries));
  return { ...done, answers };
}

export async function isKept(key) {
  return (await itemsOf(PERSON)).some((item) => item.key === key);
}

export function lost() {
  [reached, away] = [false, false];
  return show();
}
