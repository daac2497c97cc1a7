// What a technician did, kept on the phone until the server has it: one row an item, in order.
// A row is there once its transaction has ended, so that what the page calls kept survives the browser.

const ITEMS = "items";
const NOTES = "notes";

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("fettle-outbox", 1);
    request.onupgradeneeded = () => {
      const items = request.result.createObjectStore(ITEMS, { keyPath: "n", autoIncrement: true });
      items.createIndex("key", "key", { unique: true });
      request.result.createObjectStore(NOTES);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = undefined; };
      request.result.onclose = () => { opened = undefined; };
      resolve(request.result);
    };
    request.onerror = () => { opened = undefined; reject(request.error); };
  });
  return opened;
}

async function inside(store, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

// Keep an item; one that is kept already under its key is not kept twice.
export async function keep(item) {
  try {
    await inside(ITEMS, "readwrite", (items) => items.add({ state: "waiting", tries: 0, ...item }));
  } catch (error) {
    if (error?.name !== "ConstraintError") throw error;
  }
}

// All items of a person, in the order in which they were made.
export async function itemsOf(person) {
  const all = await inside(ITEMS, "readonly", (items) => items.getAll());
  return all.filter((item) => item.person === person);
}

export function save(item) {
  return inside(ITEMS, "readwrite", (items) => items.put(item));
}

export function drop(n) {
  return inside(ITEMS, "readwrite", (items) => items.delete(n));
}

// A note that is no item: the last contact with the server, and which photo became which attachment.
export function note(name) {
  return inside(NOTES, "readonly", (notes) => notes.get(name));
}

export function saveNote(name, value) {
  return inside(NOTES, "readwrite", (notes) => notes.put(value, name));
}

// A photo has arrived: what it became is known, and its bytes are gone, at once.
export async function arrived(item, attachment) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction([ITEMS, NOTES], "readwrite", { durability: "strict" });
    if (attachment) transaction.objectStore(NOTES).put(attachment, `attachment:${item.key}`);
    transaction.objectStore(ITEMS).delete(item.n);
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
