// The service worker: keeps what pages are made of, and a technician's pages as they were last seen.
// It stands at /sw.js, so its modules are named from there.

import { flush } from "./static/js/outbox.js";

const STATIC = "fettle-static";
const PAGES = "fettle-pages";
const OWNER = "/w/owner-of-these-pages";
const PATIENCE_MS = 3500;
let visits = 0; // sign-ins and sign-outs so far: what was asked for before one is not kept after it
let keeping = Promise.resolve(); // pages are kept one after the other

self.addEventListener("install", (event) => {
  event.waitUntil(self.skipWaiting());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (changesPerson(request, url)) event.respondWith(withoutPages(request));
  else if (request.method !== "GET") return;
  else if (isAsset(url)) event.respondWith(asset(request));
  else if (request.mode === "navigate" && isKept(url)) event.respondWith(page(request, event));
});

// A page asks to be kept with what it is made of, which the browser has fetched already, and others with it.
self.addEventListener("message", (event) => {
  const { pages, assets } = event.data ?? {};
  if (Array.isArray(assets)) event.waitUntil(keepAssets(assets.slice(0, 60)));
  if (Array.isArray(pages)) event.waitUntil(keepPages(pages.slice(0, 30)));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(flush().then((done) => { if (!done.reached) throw new Error("no signal yet"); }));
});

// A person who ends sessions at /me may end this very one; who signs in may be another than the one before.
function changesPerson(request, { pathname }) {
  if (request.method === "POST") return /^\/(logout$|login$|login\/|me\/sessions\/[^/]+\/end$)/.test(pathname);
  return request.mode === "navigate" && (pathname === "/login/demo" || pathname === "/login/oidc/back");
}

function isAsset(url) {
  return url.origin === location.origin && url.pathname.startsWith("/static/") && url.searchParams.has("v");
}

function isKept(url) {
  return url.pathname === "/w" || url.pathname.startsWith("/w/");
}

// Keep these files, and no other version of them.
async function keepAssets(urls) {
  const cache = await caches.open(STATIC);
  const wanted = new Map(urls.map((each) => new URL(each, location.origin)).filter(isAsset).map((url) => [url.pathname, url.href]));
  const known = new Set((await cache.keys()).map((request) => request.url));
  await Promise.all([...wanted.values()].filter((url) => !known.has(url)).map((url) => cache.add(url)));
  await Promise.all([...known].filter((url) => (wanted.get(new URL(url).pathname) ?? url) !== url).map((url) => cache.delete(url)));
}

async function asset(request) {
  const kept = await caches.match(request, { cacheName: STATIC });
  if (kept) return kept;
  const fresh = await fetch(request).catch(() => Response.error());
  if (fresh.type !== "error" && fresh.status < 500) return fresh;
  // a page of another day, and no server: another version is better than none
  return (await caches.match(request, { cacheName: STATIC, ignoreSearch: true })) ?? fresh;
}

// The page from the network; what was seen last where there is no signal, or too little of it.
async function page(request, event) {
  const visit = visits;
  const fresh = fetch(request).then((response) => {
    event.waitUntil(keepPage(request.url, response.clone(), visit));
    return response;
  });
  const kept = await keptPage(request.url);
  if (!kept) return fresh;
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  const answered = fresh.then((response) => (response.status >= 500 ? kept : response), () => kept);
  event.waitUntil(answered);
  return Promise.race([answered, patience]);
}

function nameOf(url) {
  return new URL(url, location.origin).pathname;
}

async function keptPage(url) {
  return caches.match(nameOf(url), { cacheName: PAGES });
}

// Keep a page for the person whose it is; another person's pages, and those of a session that is over, go.
function keepPage(url, response, visit) {
  keeping = keeping.then(() => keepNext(url, response, visit)).catch(() => {});
  return keeping;
}

async function keepNext(url, response, visit) {
  if (response.type === "opaqueredirect") return void (await caches.delete(PAGES));
  const person = response.headers.get("Fettle-Person");
  if (!person || response.status !== 200 || visit !== visits) return;
  const owner = await (await caches.match(OWNER, { cacheName: PAGES }))?.text();
  if (owner !== person) await caches.delete(PAGES);
  const cache = await caches.open(PAGES);
  if (owner !== person) await cache.put(OWNER, new Response(person));
  const whole = response.clone();
  if ((await response.text()).includes("data-missing")) return; // what was kept before says more
  await cache.put(nameOf(url), whole);
}

async function keepPages(urls) {
  for (const url of urls.filter((each) => isKept(new URL(each, location.origin)))) {
    const visit = visits;
    try {
      await keepPage(url, await fetch(url, { headers: { Accept: "text/html", "X-Parts": "1" }, redirect: "manual" }), visit);
    } catch { return; }
  }
}

// Before the answer the browser still speaks for the person before: what is asked for meanwhile is theirs, and not kept.
async function withoutPages(request) {
  await forget();
  try {
    return await fetch(request);
  } finally { await forget(); }
}

async function forget() {
  visits += 1;
  await keeping;
  await caches.delete(PAGES);
}
