/** Stand-ins for the parts of a browser that Node lacks. Everything happens when the test says so. */

/** A clock: timers run in `advance`, in the order of their times. */
export function fakeClock() {
  let time = 0;
  let timers = [];
  return {
    now: () => time,
    setTimer(callback, ms) {
      const timer = { at: time + ms, callback };
      timers.push(timer);
      return timer;
    },
    clearTimer(timer) {
      timers = timers.filter((other) => other !== timer);
    },
    async advance(ms) {
      const end = time + ms;
      await settled();
      for (let due = next(end); due; due = next(end)) {
        timers = timers.filter((timer) => timer !== due);
        time = due.at;
        due.callback();
        await settled();
      }
      time = end;
    },
  };

  function next(end) {
    return timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
  }
}

/** After all promises, and all answers of the fake database. */
export const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
};

/**
 * As much of IndexedDB as database.js uses. `disk` can be shared by several; `disk.isFull` makes writes fail. What
 * is not committed is lost, as it is when a page is closed.
 */
export function fakeIndexedDB(disk = { rows: new Map(), isFull: false, writes: 0 }) {
  const answer = (result) => {
    const request = {};
    queueMicrotask(() => {
      request.result = structuredClone(result);
      request.onsuccess?.();
    });
    return request;
  };
  const transaction = () => {
    let changes = [];
    const objectStore = {
      get: (key) => answer(disk.rows.get(key)),
      getAll: () => answer([...disk.rows.values()]),
      put: (row) => changes.push(() => disk.rows.set(row.id, structuredClone(row))),
      delete: (key) => changes.push(() => disk.rows.delete(key)),
    };
    const commit = () => {
      if (!disk.isFull) changes.forEach((change) => change());
      changes = [];
      setImmediate(finish);
    };
    const finish = () => {
      disk.writes += 1;
      if (disk.isFull) made.onabort();
      else made.oncomplete();
    };
    const made = { objectStore: () => objectStore, commit, error: new Error("The disk is full.") };
    return made;
  };
  const open = () => {
    const opening = { result: { transaction, createObjectStore() {}, close() {} } };
    queueMicrotask(() => {
      opening.onupgradeneeded();
      opening.onsuccess();
    });
    return opening;
  };
  return { open, disk };
}

/** navigator.locks of one browser; `tab()` gives the view of one tab, and `close()` lets go of all it holds. */
export function fakeLocks() {
  const held = new Map();
  return {
    tab() {
      const mine = new Set();
      return {
        async request(name, options, callback) {
          if (held.has(name)) return callback(null);
          held.set(name, mine);
          mine.add(name);
          await callback({ name });
          mine.delete(name);
          held.delete(name);
        },
        close() {
          for (const name of mine) held.delete(name);
          mine.clear();
        },
      };
    },
  };
}

/** BroadcastChannel of one browser. */
export function fakeChannels() {
  const channels = new Set();
  return () => {
    const channel = new EventTarget();
    channels.add(channel);
    channel.postMessage = (data) => {
      const others = [...channels].filter((other) => other !== channel);
      for (const other of others) queueMicrotask(() => other.dispatchEvent(new MessageEvent("message", { data })));
    };
    return channel;
  };
}

export function fakeStorage() {
  const items = new Map();
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, String(value)) };
}

/**
 * The Python side of the conversation, for a document that is a list of the commands it was given. It reads the
 * log only when told to, so that payloads can be lost or come late.
 */
export function fakePython(session = "s1") {
  let [page, acked, log, revision] = [null, 0, null, 1];
  let [commands, replies] = [[], []];
  const refuses = new Set();

  const NO = { where: "", what: "No", remedy: "Stop" };

  const apply = (command) => {
    if (refuses.has(command.type)) replies.push({ n: command.n, refused: [NO] });
    else if (command.type === "save") replies.push({ n: command.n, text: JSON.stringify(commands) });
    else if (command.type === "restore") commands = rebuilt(command);
    else if (command.type === "ask") replies.push({ n: command.n, message: "most probable" });
    else commands = folded(commands, command);
  };

  const folded = (done, command) => (command.type === "undo" ? done.slice(0, -1) : [...done, command]);
  const rebuilt = ({ base, commands: since }) => since.reduce(folded, base?.text ? JSON.parse(base.text) : []);

  const hear = (newLog) => {
    log = structuredClone(newLog);
    if (log.page !== page) [page, acked] = [log.page, 0];
    const asked = new Set(log.commands.map(({ n }) => n));
    replies = replies.filter(({ n }) => asked.has(n));
    for (const command of log.commands.filter(({ n }) => n > acked)) {
      apply(command);
      acked = command.n;
      revision += 1;
    }
  };

  const variables = () => commands.filter(({ type }) => type === "add_variable");

  const sections = () => ({
    graph: {
      name: "",
      variables: variables().map(({ id, name, states }) => ({ id, name, states })),
      factors: [],
    },
    layout: variables().map(({ id, x, y }) => [id, x, y]),
    evidence: { observed: [], suspended: [] },
    origin: { id: "sample:sprinkler", name: "Sprinkler", text: null, explicit: false },
  });

  const payload = () => {
    const tag = `${session}-${revision}`;
    const revisions = { graph: `g${tag}`, layout: `l${tag}`, evidence: `e${session}`, origin: "o1" };
    const have = log?.have ?? {};
    const fresh = Object.entries(sections()).filter(([name]) => have[name] !== revisions[name]);
    return structuredClone({ session, page, acked, revisions, sections: Object.fromEntries(fresh), replies });
  };

  return { hear, payload, refuses, answer: (newLog) => (hear(newLog), payload()), commands: () => commands };
}
