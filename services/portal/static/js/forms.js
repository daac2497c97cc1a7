// Forms that are sent once, and say what they are doing. Without this script they work as they are.
//   <form data-stay>   sent by fetch: where it cannot be sent, what was written stays and a sentence says why

/** Where the page is kept on which the form stood that was sent last, for the page that answers it. */
export const FORM_STOOD_AT = "fettle-form-stood-at";
const GIVEN_UP_MS = 20_000;
const working = () => document.body.dataset.working;

function busy(form, button) {
  form.setAttribute("aria-busy", "true");
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  const words = button.querySelector("span") ?? button;
  button.dataset.words = words.textContent;
  if (!button.classList.contains("chip")) words.textContent = button.dataset.working ?? working();
}

function free(form) {
  form.removeAttribute("aria-busy");
  for (const button of form.elements) {
    if (!button.matches("button[aria-busy]")) continue;
    button.removeAttribute("aria-busy");
    if ("words" in button.dataset) (button.querySelector("span") ?? button).textContent = button.dataset.words;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const method = form.getAttribute("method")?.toLowerCase() ?? "get"; // a field may be called "method"
  if (method === "dialog") return;
  if (button?.getAttribute("aria-disabled") === "true" || form.getAttribute("aria-busy") === "true") return event.preventDefault();
  if (event.defaultPrevented) return;
  if (method === "get") return;
  const data = new FormData(form, button);
  busy(form, button);
  setTimeout(() => free(form), GIVEN_UP_MS); // it was stopped, or the network swallowed it
  if (!form.hasAttribute("data-stay")) {
    if (!document.querySelector("main[data-posted]")) sessionStorage.setItem(FORM_STOOD_AT, location.href);
    return;
  }
  event.preventDefault();
  send(form, button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href, data);
});

async function send(form, action, data) {
  const body = form.getAttribute("enctype") === "multipart/form-data" ? data : new URLSearchParams(data);
  try {
    const answer = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
    const isJson = answer.headers.get("content-type")?.includes("json"); // else it is a proxy's
    const said = isJson ? await answer.json() : {};
    if (answer.ok && said.location) return location.assign(said.location);
    if (said.code === "idempotency_key_reused") form.elements._key.value = crypto.randomUUID(); // pressed again, it is another
    tell(form, said.said ?? document.body.dataset.untaken);
  } catch {
    tell(form, document.body.dataset.unsent);
  }
  free(form);
}

/** Say at the form why it was not taken; what was filled in stays. */
export function tell(form, text) {
  let place = form.querySelector("[data-told]");
  if (!place) {
    place = document.createElement("p");
    place.className = "wrong";
    place.dataset.told = "";
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = text;
}

// Back to a page that was left by sending: its buttons work again.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) free(form);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
    }
  }
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close(); // beside the dialog
  const step = event.target.closest(".count [data-step]");
  if (step) {
    const field = step.parentElement.querySelector("input");
    if (step.dataset.step > 0) field.stepUp(); else field.stepDown();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (event.target.closest("[data-print]")) print();
});

// A choice that filters sends its form by itself; the button beside it is for those without a script.
document.addEventListener("change", (event) => {
  if (event.target.closest("form[data-at-once]")) event.target.form.requestSubmit();
});

document.querySelector("[data-wrongs]")?.focus();
for (const toast of document.querySelectorAll("[data-toast]")) {
  setTimeout(() => toast.classList.add("gone"), 5000);
  setTimeout(() => toast.remove(), 5600);
}
