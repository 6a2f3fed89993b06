/** A question to Python: asked again and again, and only the newest answer counts. */

/** Milliseconds between two looks at a question that takes its time. */
const PAUSE = 150;

const UNASKED = { reply: null, refusal: "", isAsking: false, isLong: false, done: 0, all: 0 };
const STOPPED = "Stopped: the next change asks again.";

/**
 * @param {object} store
 * @param {string} about  the name of the question
 * @param {() => void} redraw  called whenever `now` changes
 * @param {(callback: () => void, ms: number) => void} [wait]
 * @returns {{now: {reply: object|null, refusal: string, isAsking: boolean, isLong: boolean, done: number,
 *   all: number}, ask: (fields?: object) => Promise<void>, cancel: () => void, clear: () => void}}
 *   `now.reply` is the last answer, which stays while another one is awaited; `isLong`: that is worth telling;
 *   `all` is 0 where Python does not count
 */
export function createQuestion(store, about, redraw, wait = setTimeout) {
  let turn = 0;
  let job = null;
  const question = { now: UNASKED, ask, cancel, clear };

  function become(changes) {
    question.now = { ...question.now, ...changes };
    redraw();
  }

  function drop() {
    turn += 1;
    if (job !== null) store.request({ type: "cancel", job }).catch(() => {});
    job = null;
  }

  async function ask(fields = {}) {
    drop();
    const mine = turn;
    become({ ...UNASKED, reply: question.now.reply, isAsking: true });
    try {
      const reply = await answered(store.request({ ...fields, type: "ask", about }), mine);
      if (mine === turn) become({ reply, isAsking: false });
    } catch (error) {
      if (mine === turn) become({ reply: null, refusal: error.message, isAsking: false });
    }
  }

  async function answered(first, mine) {
    let found = await first;
    while (found.job !== undefined) {
      if (mine !== turn) return stopped(found.job);
      job = found.job;
      become({ isLong: true, done: found.done, all: found.all });
      await new Promise((resolve) => wait(resolve, PAUSE));
      if (mine !== turn) return null;
      found = await store.request({ type: "poll", job });
    }
    if (mine === turn) job = null;
    return found.answer;
  }

  /** Asked in vain: another question came before Python said that this one takes longer. */
  function stopped(name) {
    store.request({ type: "cancel", job: name }).catch(() => {});
    return null;
  }

  /** The last answer goes too: it may be about other evidence. */
  function cancel() {
    drop();
    become({ ...UNASKED, refusal: STOPPED });
  }

  function clear() {
    drop();
    question.now = UNASKED;
  }

  return question;
}
