/** Whether the server answers: two silent looks say that it is lost, one answer that it is back. */
import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { Server } from "../../static/js/site/server.js";

function told(answers) {
  const server = new Server(async () => answers.shift());
  const changes = [];
  server.addEventListener("change", ({ detail }) => changes.push(detail));
  return { server, changes };
}

async function later(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

test.beforeEach(() => mock.timers.enable(["setTimeout"]));
test.afterEach(() => mock.timers.reset());

test("one loss that is answered is no news", async () => {
  const { server, changes } = told([true]);
  await server.doubt();
  await later(10_000);
  assert.deepEqual([server.up, server.since, changes], [true, null, []]);
});

test("a server that restarts quickly is no news", async () => {
  const { server, changes } = told([false, true]);
  await server.doubt();
  await later(2_000);
  assert.deepEqual([server.up, changes], [true, []]);
});

test("it is lost since the first doubt, and back at the first answer", async () => {
  const { server, changes } = told([false, false, false, true]);
  await server.doubt();
  const { since } = server;
  await later(2_000);
  assert.deepEqual(changes, [{ up: false, since }]);
  await later(2_000);
  await later(2_000);
  assert.deepEqual(changes, [{ up: false, since }, { up: true, since }]);
  await later(60_000);
  assert.equal(changes.length, 2);
});

test("many doubts are one look", async () => {
  let looks = 0;
  const server = new Server(async () => (looks += 1) > 0);
  await Promise.all([server.doubt(), server.doubt(), server.doubt()]);
  assert.equal(looks, 1);
});

test("sockets that close because the page is left mean nothing", async () => {
  const { server, changes } = told([false, false]);
  server.leave();
  await server.doubt();
  await later(10_000);
  assert.deepEqual([server.up, changes], [true, []]);
});
