// What the outbox decides, without anything that is sent or stored.

const GONE_TRIES = 5;
const AGAIN = new Set([0, 401, 408, 425, 429]);

// Photos of a job have a lane of their own: a step does not wait for them, unless it names them.
export function laneOf(item) {
  return `${item.file ? "files" : "steps"}:${item.job}`;
}

// Whether an item may go now: not while one before it in its lane waits, nor before a photo that it names.
export function readiness(item, waiting, held) {
  const lane = laneOf(item);
  const named = new Set(item.fields.map(([, value]) => value).filter((value) => value.startsWith("local:")));
  const comes = waiting.some((other) => other.file && named.has(`local:${other.file}`));
  return { lane, ready: !held.has(lane) && !comes };
}

// What an answer means: "sent", "refused" by the server with words, or "wait" and try again.
export function outcomeOf(answer, item, waiting) {
  const code = answer.body?.code;
  if (answer.status >= 200 && answer.status < 300 && answer.body) return "sent";
  if (AGAIN.has(answer.status) || answer.status >= 500 || answer.status < 300) return "wait";
  if (code === "foreign_form" || code === "idempotency_key_in_flight") return "wait";
  // tickets may not have heard yet that the job is the technician's
  if (item.file && answer.status === 404 && item.tries < GONE_TRIES) return "wait";
  // the job that they are still at by the server's book is finished by an item that waits
  if (code === "already_doing" && waiting.some((other) => other.job !== item.job && other.n < item.n)) return "wait";
  return "refused";
}

// The word for why an item is not sent yet: "large" or "unsaid" where it was stopped on the way with no words of ours,
// "away" where the server has no time for it; none for the others.
export function whyUnsent(item) {
  if (item.state === "refused") return item.refusal?.said ? "" : item.refusal?.status === 413 ? "large" : "unsaid";
  const status = Number.parseInt(item.answer, 10);
  return status >= 500 || status === 429 ? "away" : "";
}

// The state that a job is in once everything that waits has arrived.
export function stateAfter(state, items) {
  return items.reduce((now, item) => (item.state === "waiting" && item.leadsTo) || now, state);
}
