// What a technician did, kept on the phone until the server has it: one row an item, in order.
// A row is there once its transaction has ended, so that what the page calls kept survives the browser.

const ITEMS = "items";
const FILES = "files";
const NOTES = "notes";

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("fettle-outbox", 1);
    request.onupgradeneeded = () => {
      const items = request.result.createObjectStore(ITEMS, { keyPath: "n", autoIncrement: true });
      items.createIndex("key", "key", { unique: true });
      request.result.createObjectStore(FILES);
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

// Act in one transaction of these stores, and return what the request gave once it has ended.
async function inside(stores, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode, { durability: "strict" });
    const request = act(...stores.map((store) => transaction.objectStore(store)));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

// Keep an item, and the bytes of its file; one that is kept already under its key is not kept twice.
export async function keep(item, bytes) {
  navigator.storage?.persist?.().catch(() => {}); // or a phone that runs full may forget it
  const row = { state: "waiting", tries: 0, ...item, ...(bytes && { file: item.key, size: bytes.byteLength }) };
  try {
    await inside([ITEMS, FILES], "readwrite", (items, files) => {
      if (bytes) files.put(bytes, row.file);
      return items.add(row);
    });
  } catch (error) {
    if (error?.name !== "ConstraintError") throw error;
  }
}

// All items of a person, in the order in which they were made.
export async function itemsOf(person) {
  const all = await inside([ITEMS], "readonly", (items) => items.getAll());
  return all.filter((item) => item.person === person);
}

export function bytesOf(item) {
  return inside([FILES], "readonly", (files) => files.get(item.file));
}

export function save(item) {
  return inside([ITEMS], "readwrite", (items) => items.put(item));
}

// Take an item out; of a photo that has arrived it is known from then on what it became.
export function drop(item, attachment) {
  return inside([ITEMS, FILES, NOTES], "readwrite", (items, files, notes) => {
    if (attachment) notes.put(attachment, `attachment:${item.file}`);
    if (item.file) files.delete(item.file);
    items.delete(item.n);
  });
}

// A note that is no item: the last contact with the server, and which photo became which attachment.
export function note(name) {
  return inside([NOTES], "readonly", (notes) => notes.get(name));
}

export function saveNote(name, value) {
  return inside([NOTES], "readwrite", (notes) => notes.put(value, name));
}
