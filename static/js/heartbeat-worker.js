/**
 * Ticks for heartbeats. Timers of a hidden page are slowed to one a minute, those of its workers are not.
 *
 * In: {id, everyMs} starts a tick, {id} stops it. Out: the id, at each tick.
 */
const timers = new Map();

onmessage = ({ data: { id, everyMs } }) => {
  clearInterval(timers.get(id));
  timers.delete(id);
  if (everyMs) timers.set(id, setInterval(() => postMessage(id), everyMs));
};
