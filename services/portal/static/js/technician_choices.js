// What a technician does about what was not taken, and calling.

import { drop, itemsOf, save } from "./outbox_store.js";
import { PERSON, WORDS, put, send } from "./technician_outbox.js";

const WRITTEN = new Set(["note", "words", "text", "minutes", "part"]);

document.addEventListener("click", async (event) => {
  const choice = event.target.closest("[data-outbox-desk], [data-outbox-again], [data-outbox-seen]");
  if (!choice) return;
  const { n } = choice.closest("[data-n]").dataset;
  const item = (await itemsOf(PERSON)).find((each) => String(each.n) === n);
  if (!item) return;
  choice.setAttribute("aria-busy", "true");
  // a new key: the old one has its answer
  if (choice.matches("[data-outbox-again]")) await save({ ...item, state: "waiting", refusal: null, tries: 0, key: crypto.randomUUID() });
  else if (choice.matches("[data-outbox-desk]")) await giveToDesk(item);
  else await drop(item);
  await send();
});

// What was not taken is told to the desk, as a note on the ticket; it leaves the list once that is kept. What it was is
// told as codes, which each reader is told in their own language.
async function giveToDesk(item) {
  const written = item.fields.filter(([name, value]) => WRITTEN.has(name) && value).map(([, value]) => value);
  const { status, code, told = { code } } = item.refusal ?? {};
  const ticket = item.fields.find(([name]) => name === "ticket")?.[1] ?? "";
  await put({
    key: `desk-${item.key}`, job: item.job, verb: "comment", url: `/w/jobs/${item.job}/comments`,
    label: WORDS.deskLabel.replace("{what}", item.label),
    fields: [
      ["ticket", ticket], ["to", "desk"], ["text", written.join("\n")], ["refused", item.verb], ["refused_at", item.saidAt],
      ["refused_status", String(status ?? "")], ["refused_because", JSON.stringify(told)],
    ],
  });
  await drop(item);
}

// Calling: the number is asked for, the call is noted for the desk, and the phone dials.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-call]");
  if (!form) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const asked = { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } };
  const response = await fetch(form.action, asked).catch(() => null);
  const answer = response?.ok ? await response.json() : null;
  form.removeAttribute("aria-busy");
  location.assign(answer?.phone ? `tel:${answer.phone}` : `${form.dataset.call}?call=1`);
}, true);
