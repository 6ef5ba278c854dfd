/** Parts of a page: pushed while there is a socket, asked for while there is none, and right again afterwards. */
import assert from "node:assert/strict";
import test from "node:test";
import { LiveParts } from "../../static/js/numbers/live-parts.js";

class Socket extends EventTarget {
  closed = false;

  open() {}

  close() {
    this.closed = true;
  }

  say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  push(parts) {
    this.say("message", { type: "dashboard", ...parts });
  }
}

function world(context, ask = async () => ({ numbers: "asked" })) {
  const apis = ["setTimeout", "setInterval"];
  context.mock.timers.enable(process.version.startsWith("v18.") ? apis : { apis }); // Node 18 has it as it was first
  const sockets = [];
  const heard = [];
  const make = () => sockets[sockets.push(new Socket()) - 1];
  const live = new LiveParts({ path: "/ws/dashboard", ask, make });
  live.addEventListener("parts", ({ detail }) => heard.push(detail));
  live.addEventListener("source", ({ detail }) => heard.at(-1) === detail || heard.push(detail));
  live.open();
  const pass = async (ms) => {
    context.mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { sockets, heard, live, pass };
}

test("what is pushed is passed on, and an empty message only says that the server is there", async (context) => {
  const { sockets, heard } = world(context);
  sockets[0].push({ numbers: 1 });
  sockets[0].push({});
  assert.deepEqual(heard, ["live", { numbers: 1 }, "live"]);
});

test("while the socket is down everything is asked for, every two seconds", async (context) => {
  const { sockets, heard, pass } = world(context);
  sockets[0].say("down");
  await pass(0);
  assert.deepEqual(heard, ["polling", { numbers: "asked" }]);
  await pass(2_000);
  assert.equal(heard.filter((each) => each === "polling").length, 2);
});

test("where nobody answers it says lost, and goes on asking", async (context) => {
  let answers = false;
  const { sockets, heard, pass } = world(context, async () => {
    if (!answers) throw new Error("network");
    return { numbers: "again" };
  });
  sockets[0].say("down");
  await pass(0);
  assert.deepEqual(heard, ["lost"]);
  answers = true;
  await pass(2_000);
  assert.deepEqual(heard, ["lost", "polling", { numbers: "again" }]);
});

test("the socket that is back ends the asking with its first message, and what was asked for meanwhile is dropped", async (context) => {
  let answer;
  const { sockets, heard, pass } = world(context, () => new Promise((resolve) => (answer = resolve)));
  sockets[0].say("down");
  sockets[0].say("up");
  sockets[0].push({ numbers: "new" });
  answer({ numbers: "old" });
  await pass(10_000);
  assert.deepEqual(heard, ["live", { numbers: "new" }]);
});

test("a socket that says nothing for 25 seconds is taken for lost and replaced", async (context) => {
  const { sockets, heard, pass } = world(context);
  sockets[0].say("up");
  sockets[0].push({ numbers: 1 });
  await pass(24_000);
  assert.equal(sockets.length, 1);
  sockets[0].push({});
  await pass(25_000);
  assert.deepEqual([sockets.length, sockets[0].closed], [2, true]);
  assert.deepEqual(heard.slice(-2), ["polling", { numbers: "asked" }]);
  sockets[0].push({ numbers: "of the old one" });
  sockets[1].push({ numbers: 2 });
  assert.deepEqual(heard.slice(-2), ["live", { numbers: 2 }]);
});

test("a closed one asks and says nothing more", async (context) => {
  const { sockets, heard, live, pass } = world(context);
  sockets[0].say("down");
  live.close();
  await pass(60_000);
  sockets[0].push({ numbers: 1 });
  assert.deepEqual(heard, []);
  assert.equal(sockets.length, 1);
});
