/** Small helpers around AbortSignal, by which every wait in the player is given up. */

/** A promise that never resolves, and rejects with the signal's reason. */
export function abortOf(signal) {
  const promise = new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  promise.catch(() => null); // whoever raced it may have gone on
  return promise;
}

/** Calls `callback` after `ms`, unless the signal aborts first. Nothing stays with the signal then. */
export function after(ms, signal, callback) {
  if (signal.aborted) return;
  const stop = () => clearTimeout(timer);
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", stop);
    callback();
  }, ms);
  signal.addEventListener("abort", stop, { once: true });
}

/** Resolves after `ms`, rejects when the signal aborts first. */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Calls `callback` each `ms` until the signal aborts. */
export function every(ms, signal, callback) {
  if (signal.aborted) return;
  const timer = setInterval(callback, ms);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
