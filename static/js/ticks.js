/** The page's one worker that ticks, hidden or not. */
let worker = null;
let lastId = 0;
const callbacks = new Map();

function workerOfPage() {
  if (!worker) {
    worker = new Worker(new URL("./heartbeat-worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data: id }) => callbacks.get(id)?.();
  }
  return worker;
}

/** Calls `callback` each `everyMs`; returns the function that ends it. */
export function tick(everyMs, callback) {
  lastId += 1;
  const id = lastId;
  callbacks.set(id, callback);
  workerOfPage().postMessage({ id, everyMs });
  return () => {
    callbacks.delete(id);
    workerOfPage().postMessage({ id });
  };
}
