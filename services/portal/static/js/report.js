// The form of a report: photos are shown and made small, and nothing is lost without a signal.
import { tell } from "./forms.js";
import { drop, keep, send } from "./kept_reports.js";
import { shrink } from "./shrink.js";
import { sendLater, showWaiting } from "./waiting_reports.js";

const form = document.querySelector("form[data-report]");
const MAX_PHOTOS = 8;
const photos = [];

if (form) {
  field().addEventListener("change", () => {
    for (const file of field().files) if (photos.length < MAX_PHOTOS) add(file);
    field().value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") submit();
  });
  for (const input of form.querySelectorAll("[aria-invalid]")) input.addEventListener("input", () => input.removeAttribute("aria-invalid"), { once: true });
}

/** Show a photo at once; it is made smaller meanwhile. */
function add(file) {
  const shelf = form.querySelector("[data-photos]");
  const photo = { ready: made(file) };
  const figure = document.createElement("figure");
  figure.className = "photo";
  const image = document.createElement("img");
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  const caption = document.createElement("figcaption");
  caption.className = "caption";
  photo.ready.then(() => { caption.textContent = shelf.dataset.kept; });
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "remove";
  remove.setAttribute("aria-label", shelf.dataset.remove);
  remove.textContent = "×";
  remove.addEventListener("click", () => {
    photos.splice(photos.indexOf(photo), 1);
    URL.revokeObjectURL(image.src);
    figure.remove();
    field().focus();
  });
  figure.append(image, caption, remove);
  shelf.append(figure);
  photos.push(photo);
}

/** Return the photo made small, under its name. */
async function made(file) {
  const small = await shrink(file);
  return small instanceof File ? small : new File([small], file.name.replace(/\.\w+$/, ".jpg"), { type: small.type });
}

function field() {
  return form.querySelector('input[name="photo"]');
}

async function submit() {
  const button = document.querySelector('button[form="report"], form[data-report] button:not([type])');
  form.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-busy", "true");
  const report = await filledIn();
  const isKept = await keep(report).then(() => true, () => false); // private windows may have no store
  const outcome = await send(report);
  if (outcome.location) {
    await drop(report.key).catch(() => {});
    return location.assign(outcome.location);
  }
  form.removeAttribute("aria-busy");
  button?.removeAttribute("aria-busy");
  if ("said" in outcome) {
    await drop(report.key).catch(() => {});
    if (outcome.code === "idempotency_key_reused") form.dataset.key = crypto.randomUUID(); // pressed again, it is another
    tell(form, outcome.said);
    form.querySelector("[data-told]")?.scrollIntoView({ block: "center" });
    return document.getElementById(outcome.field)?.focus();
  }
  if (!isKept) return tell(form, outcome.why ? document.body.dataset.untaken : document.body.dataset.unsent);
  begin();
  await showWaiting(outcome.why);
  sendLater();
  document.querySelector("[data-waiting]").scrollIntoView({ block: "start" });
}

/** Return what stands in the form, with its photos made small. */
async function filledIn() {
  const data = [...new FormData(form)];
  const fields = data.filter(([name, value]) => typeof value === "string" && name !== "_csrf" && name !== "_key");
  const asked = data.filter(([name, value]) => value instanceof File && value.size && name !== "photo");
  const files = await Promise.all([
    ...photos.map(async (photo) => ["photo", await photo.ready]),
    ...asked.map(async ([name, file]) => [name, await made(file)]),
  ]);
  const keys = form.querySelectorAll('input[name="_key"]');
  const key = form.dataset.key ?? keys[keys.length - 1].value;
  return { key, person: form.dataset.person, action: form.getAttribute("action"), fields, files, at: Date.now() };
}

/** Begin another report in the same form: the kept one has its key. */
function begin() {
  form.reset();
  form.dataset.key = crypto.randomUUID();
  photos.splice(0);
  form.querySelector("[data-photos]").replaceChildren();
}
