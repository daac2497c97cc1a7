// The outbox of the page that is open: what is put into it, shown of it, and sent.

import { flush } from "./outbox.js";
import { itemsOf, keep, note } from "./outbox_store.js";
import { stateAfter } from "./outbox_rules.js";
import { showOffers, showOutbox, showState } from "./outbox_view.js";

export const WORDS = document.querySelector("[data-phone]")?.dataset;
export const PERSON = WORDS?.person;
let reached = true;

// Keep an item with the time that the phone shows; the clocks were compared at the last contact.
export async function put(item) {
  const contact = await note("contact");
  const aheadS = contact?.aheadS ?? null;
  await keep({ person: PERSON, saidAt: new Date().toISOString(), aheadS, ...item });
  await show();
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => {});
}

export async function show() {
  const items = await itemsOf(PERSON);
  showOutbox(items, WORDS, reached);
  showOffers(items);
  const job = document.querySelector("[data-job]")?.dataset;
  if (job) showState(job, stateAfter(job.state, items.filter((item) => item.job === job.job)), items);
}

export async function send() {
  const done = await flush();
  reached = done.reached;
  for (const sign of document.querySelectorAll("[data-signed-out]")) sign.hidden = !done.signedOut;
  await show();
  return done;
}

export function lost() {
  reached = false;
  return show();
}
