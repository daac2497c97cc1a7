// Reports that could not be sent yet: kept in IndexedDB before anything else is said, sent in order, once each (their
// key makes a second sending the first one again), and shown with what the server says where it says no.
const NAME = "fettle-reports";
// another tab is sending it, or the page was made for a session that is over: the next one has a token of its own
const WAITS = new Set(["idempotency_key_in_flight", "foreign_form"]);

const store = (mode, work) => new Promise((done, failed) => {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("reports", { keyPath: "key" });
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const change = opening.result.transaction("reports", mode, { durability: "strict" });
    const asked = work(change.objectStore("reports"));
    change.oncomplete = () => { opening.result.close(); done(asked.result); };
    change.onabort = change.onerror = () => { opening.result.close(); failed(change.error); };
  };
});

/** Keep a report: {key, person, action, fields: [[name, value]], files: [[name, File]], at}. */
export const keep = (report) => {
  navigator.storage?.persist?.().catch(() => {}); // or a phone that runs full may forget it
  return store("readwrite", (reports) => reports.put(report));
};
export const drop = (key) => store("readwrite", (reports) => reports.delete(key));

/** Return the reports of that person, oldest first. */
export async function kept(person) {
  const all = await store("readonly", (reports) => reports.getAll());
  return all.filter((report) => report.person === person).sort((one, other) => one.at - other.at);
}

const words = document.querySelector("[data-waiting]")?.dataset;

/**
 * Send it, and return {location} once it is there, {said, code} where it was refused, {} where it has to wait, {why}
 * where that is not for want of a signal: "away" or "signedOut". What stands between may answer, too, and not as we do:
 * the status decides.
 */
export async function send(report) {
  const form = new FormData();
  for (const [name, value] of report.fields) form.append(name, value);
  for (const [name, file] of report.files) form.append(name, file, file.name);
  const token = document.querySelector('input[name="_csrf"]')?.value ?? "";
  try {
    const answer = await fetch(report.action, {
      method: "POST",
      body: form,
      headers: { Accept: "application/json", "X-CSRF": token, "Idempotency-Key": report.key },
      signal: AbortSignal.timeout(120_000),
    });
    const isJson = answer.headers.get("content-type")?.includes("json");
    const told = isJson ? await answer.json() : {};
    if (answer.ok && told.location) return { location: told.location };
    if (answer.status === 401) return { why: "signedOut" };
    if (answer.ok || answer.status >= 500 || [408, 425, 429].includes(answer.status) || WAITS.has(told.code)) return { why: "away" };
    return { said: told.said ?? (answer.status === 413 ? words?.large : words?.unsaid) ?? "", code: told.code, field: told.field };
  } catch {
    return {};
  }
}
