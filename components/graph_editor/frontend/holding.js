/** Which tab has a drawing: one drawing is written by one tab. */

const PREFIX = "mbml:";
const CHANNEL = "mbml";

/** Milliseconds in which another tab answers, where tabs have to be asked. */
const ANSWER_TIME = 150;

/** Milliseconds after which a page that is being reloaded has let go of its drawing. */
const RELOAD_TIME = 200;

/**
 * @param {object} means
 * @param {LockManager} [means.locks] missing on plain-http addresses
 * @param {(name: string) => BroadcastChannel} [means.broadcast] asks the other tabs instead
 * @param {(ms: number) => Promise<void>} means.wait
 * @returns {{hold: (id: string) => Promise<boolean>}} `hold` lets go of the drawing held before, and tells whether
 *   this one is now this tab's
 */
export function createHolding({ locks, broadcast, wait }) {
  if (locks) return lockHolding(locks, wait);
  return broadcast ? askingHolding(broadcast(CHANNEL), wait) : { hold: async () => true };
}

function lockHolding(locks, wait) {
  let release = () => {};
  const tried = (id) =>
    new Promise((resolve, reject) => {
      const keep = (lock) => {
        if (!lock) return resolve(false);
        return new Promise((letGo) => resolve(letGo));
      };
      locks.request(PREFIX + id, { ifAvailable: true }, keep).catch(reject);
    });
  return {
    async hold(id) {
      release();
      let letGo = await tried(id);
      if (!letGo) {
        await wait(RELOAD_TIME);
        letGo = await tried(id);
      }
      release = letGo || (() => {});
      return Boolean(letGo);
    },
  };
}

function askingHolding(channel, wait) {
  let held = null;
  let asked = null;
  let isTaken = false;
  channel.addEventListener("message", ({ data }) => {
    if (data.ask !== undefined && data.ask === held) channel.postMessage({ taken: data.ask });
    if (data.taken !== undefined && data.taken === asked) isTaken = true;
  });
  return {
    async hold(id) {
      [held, asked, isTaken] = [null, id, false];
      channel.postMessage({ ask: id });
      await wait(ANSWER_TIME);
      asked = null;
      if (!isTaken) held = id;
      return !isTaken;
    },
  };
}
