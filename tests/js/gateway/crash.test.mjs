// workerd is killed in the middle of awards, and started again on the same storage: nothing is sent twice, and what
// was interrupted is unknown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { KOOMALOOMA_KEY, PARTNER_ID, requestsTo, SERVER_CREDENTIAL } from "../support/gateway.mjs";
import { newCommitment } from "../support/operations.mjs";
import { randomFrom } from "../support/random.mjs";
import { persist, untilFinal } from "../support/resend.mjs";
import { startSandbox } from "../support/sandbox.mjs";
import { scaled } from "../support/scale.mjs";
import { createScratch } from "../support/scratch.mjs";
import { prepareWorkerd } from "../support/workerd-process.mjs";
import { startUpstream } from "./upstream.mjs";

const CRASHES = scaled(50);
/** Each crash finds several awards under way. */
const AT_ONCE = 4;
/** When it is killed: a while after the awards went out, or when some of them have come so far. */
const MOMENTS = ["sent", "arrived", "booked", "answered"];
const OPERATIONS = ["triggerEvent", "createUser", "assignPoints"];
const WORKERS = ["soak-worker.mjs", "shop.mjs"].map((name) => new URL(name, import.meta.url));
/** The same seed makes the same awards; where the processes are by then is up to the machine. */
const seed = Number(process.env.EARNKIT_SEED ?? Math.floor(Math.random() * 2 ** 32));
const random = randomFrom(seed);
const integer = (below) => Math.floor(random() * below);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let scratch;
let sandbox;
let upstream;
let workerd;
let running;
before(async () => {
  scratch = await createScratch("crash");
  sandbox = await startSandbox();
  upstream = await startUpstream(sandbox.url, /soak\.\d{6}/);
  workerd = await prepareWorkerd(scratch.path, WORKERS, {
    OPEN_LOYALTY_URL: upstream.url,
    KOOMALOOMA_URL: `${upstream.url}/koomalooma/api`,
    KOOMALOOMA_JWT: KOOMALOOMA_KEY,
    PARTNER_ID,
    AWARDS_KEY: SERVER_CREDENTIAL,
    TOKENS: [await sandbox.signIn("anna@example.com")],
    EVENTS,
  });
});
after(async () => {
  await running?.kill();
  await upstream?.stop();
  await sandbox?.stop();
  await scratch?.remove();
});

/** Sends an award to whatever runs at the time. */
function send({ id, operation }) {
  const gateway = requestsTo(running.url);
  const key = `key-${id}`;
  if (operation === "assignPoints") return gateway.commit(id, key, newCommitment);
  return gateway.post(operation === "createUser" ? "users" : `events/${id}`, id, key);
}

function look({ id, operation }) {
  const headers = operation === "assignPoints" ? { authorization: `Bearer ${SERVER_CREDENTIAL}` } : {};
  return persist(() => requestsTo(running.url).get(`awards/key-${id}`, id, headers));
}

const awardsOf = (crash) =>
  Array.from({ length: AT_ONCE }, (_, index) => ({
    id: `soak.${String(crash * AT_ONCE + index).padStart(6, "0")}`,
    operation: OPERATIONS[(crash + index) % OPERATIONS.length],
  }));
const EVENTS = Array.from({ length: CRASHES }, (_, crash) => awardsOf(crash))
  .flat()
  .filter(({ operation }) => operation === "triggerEvent")
  .map(({ id }) => id);

async function newAwards(crash) {
  const awards = awardsOf(crash);
  for (const { id, operation } of awards)
    if (operation === "triggerEvent") await sandbox.control("POST", "rules", { eventName: id, pointsAmount: 1 });
  return awards;
}

/** Sends awards and kills the runtime under them. Gives for each what its client was told, if anything. */
async function crashUnder(awards, moment) {
  // What a first request takes longer for is not of interest here.
  await persist(() => requestsTo(running.url).get("_health"));
  let strike;
  const struck = new Promise((resolve) => {
    strike = resolve;
  });
  const delayMs = integer(moment === "sent" ? 40 : 6);
  let missing = 1 + integer(AT_ONCE);
  upstream.onProgress = async (reached) => {
    if (reached !== moment) return;
    missing--;
    if (missing === 0) strike();
    // What was to happen next still may.
    await wait(integer(2) * 10);
  };
  const sending = awards.map((award) => send(award).catch(() => undefined));
  if (moment === "sent") strike();
  await Promise.race([struck, Promise.all(sending)]);
  await wait(delayMs);
  await running.kill();
  const answers = await Promise.all(sending);
  upstream.onProgress = () => {};
  await upstream.idle();
  return awards.map((award, index) => ({
    ...award,
    told: answers[index],
    sent: upstream.sent.get(award.id) ?? 0,
    answered: upstream.answered.has(award.id),
  }));
}

const endOf = ({ status, body }) => (status < 300 ? "applied" : body.error.outcome);

test(`${CRASHES} crashes, seed ${seed}`, async () => {
  console.log(`seed ${seed}`);
  const victims = [];
  running = await workerd.start();
  for (let crash = 0; crash < CRASHES; crash++) {
    const struck = await crashUnder(await newAwards(crash), MOMENTS[crash % MOMENTS.length]);
    running = await workerd.start();
    for (const victim of struck) {
      const last = (await untilFinal(() => send(victim))).at(-1);
      victims.push({ ...victim, last, resent: upstream.sent.get(victim.id) ?? 0 });
    }
  }
  const ledger = await sandbox.ledger();
  const kinds = {};
  for (const { id, operation, told, sent, answered, last, resent } of victims) {
    const booked = ledger.filter(({ userId, eventName }) => userId === id || eventName === id).length;
    const about = JSON.stringify({ id, operation, told: told?.body, sent, answered, last: last.body, resent, booked });
    assert.ok(resent <= 1, `sent twice: ${about}`);
    assert.ok(booked <= 1, `booked twice: ${about}`);
    assert.equal(last.body.final, true, about);
    const end = endOf(last);
    if (end === "applied") assert.equal(booked, 1, about);
    else assert.deepEqual([end, last.body.error.code], ["unknown", "internal"], about);
    if (told) assert.deepEqual(last.body, told.body, about);
    if (sent === 1 && !told) {
      // The customer's own usages may tell of an event. Otherwise only what was stored in time does.
      const canBeKnown = answered || (operation === "triggerEvent" && booked === 1);
      if (!canBeKnown) assert.equal(end, "unknown", about);
    }
    const kind = `${told ? "told" : sent ? "interrupted" : "never sent"}, then ${end}`;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  console.log(JSON.stringify(kinds, null, 2));
  assert.ok(kinds["interrupted, then unknown"] >= CRASHES / 3, "the crashes came too late to show anything");

  // All of it is on the disk.
  await running.kill();
  running = await workerd.start();
  const before = upstream.sent.size;
  for (const victim of victims) {
    assert.deepEqual((await persist(() => send(victim))).body, victim.last.body, victim.id);
    assert.equal((await look(victim)).body.state, endOf(victim.last), victim.id);
  }
  assert.equal(upstream.sent.size, before);
  assert.ok([...upstream.sent.values()].every((count) => count === 1));
});
