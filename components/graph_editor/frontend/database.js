/** The browser's own database, with promises: drawings by id. */

const DATABASE = "mbml";
const DRAWINGS = "drawings";
const VERSION = 1;

/**
 * @param {IDBFactory} indexedDB
 * @returns {Promise<{get: Function, all: Function, put: Function, remove: Function}>} rejected where the browser
 *   keeps nothing, as some do in private windows
 */
export async function openDatabase(indexedDB) {
  const opening = indexedDB.open(DATABASE, VERSION);
  opening.onupgradeneeded = () => opening.result.createObjectStore(DRAWINGS, { keyPath: "id" });
  const database = await answered(opening);
  database.onversionchange = () => database.close(); // another tab brings a newer version of this page
  const read = (ask) => answered(ask(database.transaction(DRAWINGS, "readonly").objectStore(DRAWINGS)));
  return {
    get: (id) => read((drawings) => drawings.get(id)),
    all: () => read((drawings) => drawings.getAll()),
    put: (drawing) => written(database, (drawings) => drawings.put(drawing)),
    remove: (ids) => written(database, (drawings) => ids.forEach((id) => drawings.delete(id))),
  };
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Done when the transaction is complete: a request that succeeded may still be undone, by a full disk for one. */
function written(database, write) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(DRAWINGS, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
    write(transaction.objectStore(DRAWINGS));
    transaction.commit(); // by itself it would wait for a page that may be about to be closed, and be undone
  });
}
