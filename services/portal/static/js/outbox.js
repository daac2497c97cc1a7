// Sends what is kept, item by item: each job's in order, none held up by another's, none sent twice.
// Used by the pages and by the service worker.

import { bytesOf, drop, itemsOf, note, save, saveNote } from "./outbox_store.js";
import { outcomeOf, readiness } from "./outbox_rules.js";

const CONTACT_MS = 8000;
const ITEM_MS = 30000;
const FILE_MS = 120000;
const CLOCK_WAS_SET_S = 120;

export const news = "BroadcastChannel" in self ? new BroadcastChannel("fettle-outbox") : null;

// Ask the server what time it is and who is signed in: null without an answer, {away} where the answer is a proxy's, or
// says that the server has none.
export async function contact() {
  const begun = Date.now();
  let response, answer;
  try {
    response = await fetch("/api/now", {
      headers: { Accept: "application/json" }, cache: "no-store", redirect: "manual",
      signal: AbortSignal.timeout(CONTACT_MS),
    });
    const isOurs = response.ok && response.headers.get("content-type")?.includes("json");
    answer = isOurs ? await response.json() : null;
  } catch { return null; }
  if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) return { signedOut: true };
  if (!answer) return { away: true };
  const here = (begun + Date.now()) / 2;
  const aheadS = Math.round((here - Date.parse(answer.now)) / 1000);
  await saveNote("contact", { aheadS, at: Date.now() });
  return { ...answer, aheadS };
}

// Send what waits. Returns what came of it: {reached, away, signedOut, answers: key → answer}; `away` says that it is the
// server that was not reached, not the network.
export function flush() {
  const run = () => sendAll();
  return navigator.locks ? navigator.locks.request("fettle-outbox", run) : run();
}

async function sendAll() {
  const server = await contact();
  const { away = false, signedOut = false } = server ?? {};
  if (!server || away || signedOut) return { reached: signedOut, away, signedOut, answers: {} };
  const held = new Set();
  const answers = {};
  let reached = true;
  let waiting = (await itemsOf(server.person)).filter((item) => item.state === "waiting");
  for (const item of [...waiting]) {
    const { lane, ready } = readiness(item, waiting, held);
    if (!ready) { held.add(lane); continue; }
    const answer = await send(item, server);
    const outcome = outcomeOf(answer, item, waiting);
    if (outcome === "wait") {
      held.add(lane);
      await save({ ...item, tries: item.tries + 1, answer: `${answer.status} ${answer.body?.code ?? ""}`.trim() });
      if (answer.signedOut) return { reached: true, away, signedOut: true, answers };
      if (!answer.status) { reached = false; break; }
      continue;
    }
    waiting = waiting.filter((other) => other !== item);
    answers[item.key] = answer;
    if (outcome === "sent") {
      await drop(item, answer.body.attachments?.[0]);
    } else {
      const told = answer.body ?? {};
      await save({ ...item, state: "refused", refusal: { status: answer.status, said: told.said, told, at: Date.now() } });
    }
    news?.postMessage("changed");
  }
  return { reached, away, signedOut, answers };
}

async function send(item, server) {
  const form = new FormData();
  for (const [name, value] of item.fields) {
    const known = value.startsWith("local:") ? await note(`attachment:${value.slice(6)}`) : value;
    if (known) form.append(name, known);
  }
  form.append("said_at", item.saidAt);
  // a clock that was set since then is compared with nothing
  const wasSet = !item.tries && Math.abs((item.aheadS ?? 0) - server.aheadS) > CLOCK_WAS_SET_S;
  if (wasSet && item.aheadS !== null) {
    item.aheadS = null;
    await save(item);
  }
  if (item.aheadS !== null) form.append("phone_ahead_s", String(item.aheadS));
  if (item.file) form.append("photo", new Blob([await bytesOf(item)], { type: item.type }), item.name);
  try {
    const response = await fetch(item.url, {
      method: "POST", body: form, redirect: "manual",
      headers: { Accept: "application/json", "Idempotency-Key": item.key, "X-CSRF": server.csrf },
      signal: AbortSignal.timeout(item.file ? FILE_MS : ITEM_MS),
    });
    const signedOut = response.type === "opaqueredirect" || response.status === 401;
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status || 401, signedOut, body: isJson ? await response.json() : null };
  } catch { return { status: 0 }; }
}
