// A technician's pages: what is pressed is kept on the phone first, and sent from there. Without this script the
// same forms are sent as they are.

import { news } from "./outbox.js";
import { shrink } from "./shrink.js";
import { signature } from "./signature.js";
import { PERSON, isKept, lost, put, send, show } from "./technician_outbox.js";
import "./technician_choices.js";

const EVERY_MS = 60_000;
const ANSWER_WITHIN_MS = 4000;
let pad = null;

// A form: kept, then sent. The page goes on as soon as the server has answered, or without it.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-outbox-form]");
  if (!form || !PERSON) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.hasAttribute("aria-busy")) return;
  const button = event.submitter;
  for (const each of [form, button]) each?.setAttribute("aria-busy", "true");
  let next;
  try {
    const { verb, label, leadsTo, ofJob, offer, then } = form.dataset;
    const fields = await fieldsOf(form);
    if (isUnkept(form)) return form.submit();
    const key = fields.get("_key");
    const kept = [...fields].filter(([name, value]) => !name.startsWith("_") && typeof value === "string");
    await put({ key, verb, label, leadsTo, offer, job: ofJob, fields: kept, url: new URL(form.action).pathname });
    form.querySelector("[name=_key]").value = crypto.randomUUID();
    const late = new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS, null));
    const settled = send().then(async ({ answers }) => {
      if (answers[key]) return answers[key].body ?? {}; // what stopped it on the way says nothing
      return (await isKept(key)) ? null : { location: then ?? `/w/jobs/${ofJob}` }; // the worker, or another tab, has sent it
    });
    const answer = await Promise.race([settled, late]);
    next = answer ? answer.location : then;
    if (next) return location.assign(next);
    if (answer) document.querySelector("[data-outbox-list]")?.scrollIntoView({ block: "center" });
    else settled.then((came) => came?.location && location.assign(came.location));
  } catch (error) {
    console.error(error); // a browser that keeps nothing: the form is sent as it is
    form.submit();
  } finally {
    // on the way to the next page it stays busy: news would open this one anew instead
    if (!next) for (const each of [form, button]) each?.removeAttribute("aria-busy");
  }
}, true);

async function fieldsOf(form) {
  const minutes = form.querySelector("[data-since]");
  if (minutes?.dataset.since && !minutes.value) {
    minutes.value = String(Math.max(1, Math.round((Date.now() - Date.parse(minutes.dataset.since)) / 60_000)));
  }
  const fields = new FormData(form);
  if (pad?.isDrawn && form.contains(pad.canvas)) {
    const { signUrl, signLabel } = pad.canvas.dataset;
    fields.set("signature", await putFile(await pad.picture(), { name: "signature.png", url: signUrl, label: signLabel }, form));
  }
  return fields;
}

// A photo is kept the moment it is taken, small enough for a bad line.
document.addEventListener("change", async (event) => {
  const input = event.target.closest("input[data-outbox-photo]");
  if (!input || !PERSON || !input.files.length) return;
  const { outboxPhoto, url, label } = input.dataset;
  const files = [...input.files];
  input.value = "";
  const unkept = new DataTransfer();
  for (const file of files) {
    const small = await shrink(file);
    const shown = document.querySelector("template[data-photo-kept]").content.cloneNode(true);
    shown.querySelector("img").src = URL.createObjectURL(small);
    try {
      const value = await putFile(small, { name: "photo.jpg", url, label }, input.form);
      Object.assign(shown.querySelector("input"), { name: outboxPhoto, value });
    } catch (error) {
      console.error(error); // it stays chosen, and goes with the form
      unkept.items.add(file);
      for (const each of shown.querySelectorAll("input, .caption")) each.remove();
    }
    input.closest("label").before(shown);
  }
  input.files = unkept.files;
  await send();
});

// Whether photos were chosen that the phone could not keep.
function isUnkept(form) {
  return [...form.elements].some((each) => each.type === "file" && each.files.length);
}

// Keep a file; the form that names it by what is returned is sent once the file has arrived.
async function putFile(blob, item, form) {
  const key = crypto.randomUUID();
  const ticket = form.querySelector("[name=ticket]").value;
  const bytes = await blob.arrayBuffer();
  await put({ ...item, key, verb: "photo", job: form.dataset.ofJob, fields: [["ticket", ticket]], type: blob.type || "image/jpeg" }, bytes);
  return `local:${key}`;
}

// The day's pages are kept for when there is no signal.
async function keepDay() {
  const links = [...document.querySelectorAll('a[href^="/w"]')].map((link) => link.getAttribute("href").split("#")[0]);
  const assets = performance.getEntriesByType("resource").map((each) => each.name).filter((name) => name.includes("/static/"));
  const worker = await navigator.serviceWorker.ready;
  worker.active?.postMessage({ pages: [...new Set([location.pathname, "/w", "/w/pool", ...links])], assets });
}

function start() {
  const canvas = document.querySelector("canvas[data-sign]");
  if (canvas) {
    canvas.closest("[hidden]")?.removeAttribute("hidden");
    pad = signature(canvas, document.querySelector("[data-sign-again]"));
  }
  navigator.serviceWorker?.register("/sw.js", { type: "module", scope: "/" }).then(keepDay).catch(console.error);
  news?.addEventListener("message", show);
  addEventListener("online", send);
  addEventListener("offline", lost);
  addEventListener("pageshow", (event) => event.persisted && send());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  document.addEventListener("parts", show);
  setInterval(send, EVERY_MS);
  show().then(send).catch(console.error);
}

if (PERSON) start();
