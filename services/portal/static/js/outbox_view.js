// Shows what waits on the phone, and how a job stands once all of it has arrived.

import { whyUnsent } from "./outbox_rules.js";

const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

export function showOutbox(items, words, { reached, away }) {
  const waiting = items.filter((item) => item.state === "waiting").length;
  const refused = items.length - waiting;
  for (const strip of document.querySelectorAll("[data-outbox]")) {
    strip.hidden = reached && !items.length;
    strip.dataset.s = refused ? "risk" : "hold";
    strip.dataset.count = String(items.length);
    const said = [];
    if (away) said.push(waiting ? words.serverAwayWaiting.replace("{n}", waiting) : words.serverAway);
    else if (!reached) said.push(waiting ? words.offlineWaiting.replace("{n}", waiting) : words.offline);
    else if (waiting) said.push(words.sending.replace("{n}", waiting));
    if (refused) said.push(words.refused.replace("{n}", refused));
    strip.querySelector("[data-outbox-words]").textContent = said.join(" · ");
  }
  const list = document.querySelector("[data-outbox-list]");
  if (!list) return;
  list.hidden = !items.length;
  list.querySelector("[data-outbox-title]").textContent = words.title.replace("{n}", items.length);
  list.querySelector("[data-outbox-items]").replaceChildren(...items.map((item) => row(item, list, words)));
}

function row(item, list, words) {
  const shown = list.querySelector("template").content.cloneNode(true);
  const line = shown.querySelector("li");
  line.dataset.n = String(item.n);
  line.dataset.s = item.state === "refused" ? "risk" : "hold";
  line.dataset.state = item.state;
  line.dataset.answer = item.answer ?? "";
  const size = item.size ? ` · ${Math.max(1, Math.round(item.size / 1024))} KB` : "";
  shown.querySelector("[data-outbox-label]").textContent = `${item.label}${size}`;
  shown.querySelector("[data-outbox-at]").textContent = clock(item.saidAt);
  const refused = item.state === "refused";
  const isOver = ["accept", "decline", "grab", "comment"].includes(item.verb); // there is nothing to give to the desk
  shown.querySelector("[data-outbox-choices]").hidden = !refused;
  shown.querySelector("[data-outbox-desk]").hidden = isOver;
  shown.querySelector("[data-outbox-seen]").hidden = !isOver;
  const said = shown.querySelector("[data-outbox-said]");
  const why = words[whyUnsent(item)] ?? item.refusal?.said;
  said.hidden = !why;
  said.textContent = refused ? words.refusedBecause.replace("{said}", why) : why;
  return shown;
}

// Buttons, forms and signs that belong to a state of the job: those of its state to come are shown.
export function showState(job, state, items) {
  for (const part of document.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(state);
  }
  const waits = items.some((item) => item.job === job.job && item.state === "waiting");
  for (const sign of document.querySelectorAll("[data-job-waits]")) sign.hidden = !waits;
  const minutes = document.querySelector("[data-since]");
  const began = items.find((item) => item.job === job.job && ["arrive", "start"].includes(item.verb));
  if (minutes && began && !minutes.dataset.since) minutes.dataset.since = began.saidAt;
}

// An offer that is answered on the phone says so, until the answer has arrived.
export function showOffers(items) {
  for (const card of document.querySelectorAll("[data-offer]:not(form)")) {
    const item = items.find((each) => each.offer === card.dataset.offer && each.state === "waiting");
    card.classList.toggle("gone", Boolean(item));
    for (const part of card.querySelectorAll("[data-offer-open]")) part.hidden = Boolean(item);
    for (const part of card.querySelectorAll("[data-offer-kept]")) part.hidden = !item;
  }
}
