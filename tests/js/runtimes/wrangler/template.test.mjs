// templates/cloudflare/: what `wrangler deploy` would upload, run in workerd before the sandbox, with each recipe.
import assert from "node:assert/strict";
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { createConsumer } from "../../support/consumer.mjs";
import { startSandbox } from "../../support/sandbox.mjs";

const TEMPLATE = fileURLToPath(new URL("../../../../templates/cloudflare/", import.meta.url));
const FILES = ["wrangler.jsonc", "worker.js", "order-webhook.js", "identify"];
const env = {
  ...process.env,
  CI: "1",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  NO_UPDATE_NOTIFIER: "1",
};
const ORIGIN = "https://shop.example";
const SECRETS = {
  SESSION_KEY: "the-shop-signs-its-sessions-with-this",
  SHOP_KEY: "the-shop-knows-the-gateway-by-this",
  AWARDS_KEY: "the-shop-awards-points-with-this",
  WEBHOOK_KEY: "the-shop-signs-its-webhooks-with-this",
  KOOMALOOMA_JWT: "sandbox-partner-key",
};

let sandbox;
let consumer;
let shop;
before(async () => {
  sandbox = await startSandbox();
  shop = await startShop();
  consumer = await createConsumer(import.meta.url);
  for (const name of FILES) await cp(TEMPLATE + name, consumer.path(name), { recursive: true });
});
after(async () => {
  await shop?.stop();
  await sandbox?.stop();
});

const json = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const inAnHour = () => Math.floor(Date.now() / 1000) + 3_600;

/** The shop's back end, and its identity provider. */
async function startShop() {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "key-1", use: "sig", alg: "ES256" };
  const accounts = { "customer-1": "anna@example.com", "customer-2": "jan@example.com" };
  const shop = {
    /** How often a customer's token was asked for. */
    exchanged: new Map(),
    /** The token that a customer gets next, instead of a good one. */
    next: new Map(),
    fails: false,
    /** A session cookie as the shop sets it. */
    cookie(payload, key = SECRETS.SESSION_KEY) {
      const text = json(payload);
      return `theme=dark; session=${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
    },
    /** A token as the provider issues it. */
    token(claims, { header = {}, key = privateKey } = {}) {
      const text = `${json({ alg: "ES256", kid: "key-1", typ: "JWT", ...header })}.${json(claims)}`;
      return `${text}.${createSign("SHA256").update(text).sign({ key, dsaEncoding: "ieee-p1363" }, "base64url")}`;
    },
    stranger: stranger.privateKey,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
  const server = createServer(async (request, response) => {
    const answer = (status, body) => {
      response.writeHead(status, { "content-type": "application/json", connection: "close" });
      response.end(JSON.stringify(body));
    };
    if (request.url === "/jwks") return answer(200, { keys: [jwk] });
    if (request.headers.authorization !== `Bearer ${SECRETS.SHOP_KEY}`) return answer(401, {});
    if (shop.fails) return answer(503, {});
    let body = "";
    for await (const chunk of request) body += chunk;
    const { customerId } = JSON.parse(body);
    shop.exchanged.set(customerId, (shop.exchanged.get(customerId) ?? 0) + 1);
    if (!accounts[customerId]) return answer(404, {});
    const token = shop.next.get(customerId) ?? (await sandbox.signIn(accounts[customerId]));
    shop.next.delete(customerId);
    answer(200, { token });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  shop.url = `http://127.0.0.1:${server.address().port}`;
  return shop;
}

/** What `wrangler deploy` would upload, in workerd. */
async function startTemplate(main) {
  const outdir = `dist-${main}`;
  const said = await consumer.tool("wrangler", ["deploy", main, "--dry-run", "--outdir", outdir], { env });
  const files = await consumer.list(outdir);
  const modulesOf = (type, ending) =>
    files.filter((file) => file.endsWith(ending)).map((file) => ({ type, path: consumer.path(outdir, file) }));
  const modules = [...modulesOf("ESModule", ".js"), ...modulesOf("CompiledWasm", ".wasm")];
  let output = "";
  const worker = new Miniflare({
    handleRuntimeStdio(...streams) {
      for (const stream of streams)
        stream.setEncoding("utf8").on("data", (text) => {
          output += text;
        });
    },
    modules,
    modulesRoot: consumer.path(outdir),
    compatibilityDate: "2026-04-01",
    durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
    bindings: {
      ...SECRETS,
      ORIGINS: [ORIGIN],
      OPEN_LOYALTY_URL: sandbox.url,
      STORE_CODE: "DEFAULT",
      KOOMALOOMA_URL: `${sandbox.url}/koomalooma/api`,
      PARTNER_ID: "sandbox-shop",
      CAMPAIGN_ID: "sandbox-campaign",
      SHOP_URL: shop.url,
      JWKS_URL: `${shop.url}/jwks`,
      ISSUER: "https://id.shop.example",
      AUDIENCE: "loyalty",
    },
  });
  const send = async (path, init) => {
    const response = await worker.dispatchFetch(new URL(path, ORIGIN), init);
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
  return {
    said,
    output: () => output,
    modules,
    stop: () => worker.dispose(),
    send,
    status: (headers) => send("/loyalty/status", { headers }),
    like: (key, headers) =>
      send("/loyalty/events/photo.shared", {
        method: "POST",
        body: "{}",
        headers: { ...headers, origin: ORIGIN, "content-type": "application/json", "idempotency-key": key },
      }),
    /** The shop's report of an order. */
    report(order, { key = SECRETS.WEBHOOK_KEY, text = JSON.stringify(order), body = text } = {}) {
      const signature = createHmac("sha256", key).update(text).digest("base64");
      return send("/loyalty-webhooks/order-paid", {
        method: "POST",
        body,
        headers: { "x-webhook-signature": signature },
      });
    },
  };
}

test("what docs/gateway-recipes.md shows is what is deployed", async () => {
  const shown = await readFile(new URL("../../../../docs/gateway-recipes.md", import.meta.url), "utf8");
  const pieces = [...shown.matchAll(/\]\(\.\.\/templates\/cloudflare\/([\w./-]+\.js)\):\n\n```js\n([\s\S]*?)^```$/gm)];
  for (const [, path, code] of pieces) assert.equal(code, await readFile(TEMPLATE + path, "utf8"), path);
  assert.deepEqual(pieces.map(([, path]) => path).sort(), [
    "identify/identity-provider.js",
    "identify/session-cookie.js",
    "identify/token.js",
    "order-webhook.js",
    "worker.js",
  ]);
});

const commitments = async () => (await sandbox.ledger()).filter(({ kind }) => kind === "commitment");

test("it deploys, knows the customer by a signed cookie, and pays a paid order once", async (t) => {
  const template = await startTemplate("worker.js");
  try {
    await t.test("what is uploaded", () => {
      assert.equal(template.modules.length, 2, "one script, and one module of WebAssembly");
      for (const name of ["LEDGER (Ledger)", "ORIGINS", "OPEN_LOYALTY_URL"])
        assert.ok(template.said.includes(name), name);
      for (const secret of Object.values(SECRETS)) assert.ok(!template.said.includes(secret));
    });

    await t.test("a signed cookie", async () => {
      const session = { id: "customer-1", sessionId: "session-1", expires: inAnHour() };
      const cookie = shop.cookie(session);
      const { status, body } = await template.status({ cookie });
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(typeof body.points, "number");
      assert.deepEqual(await template.like("like-1", { cookie }), { status: 200, body: { points: 12.5, final: true } });
      const [payload, signature] = cookie.slice(cookie.indexOf("session=") + 8).split(".");
      const forged = json({ ...session, id: "customer-2" });
      for (const [about, header] of Object.entries({
        "no cookie": "theme=dark",
        "another payload": `session=${forged}.${signature}`,
        "another key": shop.cookie(session, "another key of somebody else"),
        "an old session": shop.cookie({ ...session, expires: inAnHour() - 3_601 }),
        "no end": shop.cookie({ ...session, expires: undefined }),
        "no signature": `session=${payload}.`,
        "half a signature": `session=${payload}.${signature.slice(0, 20)}`,
        "no base64": `session=${payload}.-`,
        "the name of another cookie": `xsession=${payload}.${signature}`,
      })) {
        assert.equal((await template.status({ cookie: header })).status, 401, about);
      }
    });

    await t.test("the shop's back end gives the token", async () => {
      const cookie = shop.cookie({ id: "customer-2", sessionId: "session-2", expires: inAnHour() });
      shop.next.set("customer-2", `${await sandbox.signIn("jan@example.com")}x`);
      for (const _ of [1, 2, 3]) assert.equal((await template.status({ cookie })).status, 200);
      // At first, and once more for the one that had expired.
      assert.equal(shop.exchanged.get("customer-2"), 2);
      const nobody = shop.cookie({ id: "customer-9", sessionId: "session-9", expires: inAnHour() });
      assert.equal((await template.status({ cookie: nobody })).status, 401);
      shop.fails = true;
      const { status, body } = await template.status({ cookie: nobody });
      shop.fails = false;
      assert.deepEqual([status, body.error.code], [502, "token_failed"]);
    });

    await t.test("an order that is reported again and again", async () => {
      const order = { id: "1042", customerId: "customer-1", total: "24.90" };
      for (const wrong of [
        { key: "another key of somebody else" },
        { body: JSON.stringify({ ...order, total: "2490.00" }) },
      ])
        assert.equal((await template.report(order, wrong)).status, 401);
      assert.equal((await commitments()).length, 0);
      await sandbox.fault({ fault: "status", status: 429, retryAfter: 1, method: "POST", path: "/commitments" });
      assert.equal((await template.report(order)).status, 503, "to be reported again");
      const many = await Promise.all(Array.from({ length: 10 }, () => template.report(order)));
      for (const { status } of [...many, await template.report(order)]) assert.equal(status, 204);
      const [booked, ...more] = await commitments();
      assert.deepEqual([booked.userId, booked.transactionValue, more.length], ["customer-1", "24.90", 0]);
      // Ids and amounts that are numbers, as shops have them.
      assert.equal((await template.report({ id: 7, customerId: 7, total: 0.5 })).status, 204);
      const { userId, transactionValue } = (await commitments())[1];
      assert.deepEqual([userId, transactionValue], ["7", "0.5"]);
      // One whose answer is lost is not sent again.
      await sandbox.fault({ fault: "apply_then_drop", method: "POST", path: "/commitments" });
      for (const _ of [1, 2]) assert.equal((await template.report({ ...order, id: "1043" })).status, 204);
      assert.equal((await commitments()).length, 3);
    });

    await t.test("an order that can't be paid", async () => {
      const order = { id: "2001", customerId: "customer-1", total: "24.90" };
      const before = (await commitments()).length;
      for (const wrong of [
        ...[undefined, null, "", " ", "a b", {}, [], true, "k".repeat(201)].map((id) => ({ ...order, id })),
        ...[undefined, null, "", {}, [], "..", "a\u0000", "\ud800", "k".repeat(256)].map((customerId) => ({
          ...order,
          customerId,
        })),
        ...[undefined, null, "", "24,90", "-1", -1, 1e21, 0.1 + 0.2, {}].map((total) => ({ ...order, total })),
        null,
        [],
        "order",
      ])
        assert.equal((await template.report(wrong)).status, 422, JSON.stringify(wrong));
      assert.equal((await template.report(undefined, { text: "{" })).status, 422, "no JSON");
      // The server says no for good, and what it says is not for the log.
      await sandbox.fault({
        fault: "status",
        status: 422,
        body: { error: "marked" },
        method: "POST",
        path: "/commitments",
      });
      for (const _ of [1, 2]) assert.equal((await template.report(order)).status, 422);
      assert.equal((await commitments()).length, before);
      assert.match(template.output(), /order 2001 is not paid: rejected/);
      assert.match(template.output(), /without a usable id, customerId or total/);
      assert.doesNotMatch(template.output(), /marked/);
      // A set-up that is wrong may be mended before the next report.
      await sandbox.fault({ fault: "status", status: 401, method: "POST", path: "/commitments" });
      assert.equal((await template.report({ ...order, id: "2002" })).status, 503);
      assert.equal((await template.report({ ...order, id: "2002" })).status, 204);
    });
  } finally {
    await template.stop();
  }
});

test("with the identity provider's token instead", async () => {
  const main = await readFile(consumer.path("worker.js"), "utf8");
  const changed = main.replace("./identify/session-cookie.js", "./identify/identity-provider.js");
  assert.notEqual(changed, main);
  await writeFile(consumer.path("with-provider.js"), changed);
  const template = await startTemplate("with-provider.js");
  try {
    const claims = { sub: "customer-1", sid: "s-1", iss: "https://id.shop.example", aud: "loyalty", exp: inAnHour() };
    const authorization = `Bearer ${shop.token(claims)}`;
    const { status, body } = await template.status({ authorization });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal((await template.like("like-2", { authorization })).status, 200);
    const bare = `${json({ alg: "none" })}.${json(claims)}.`;
    for (const [about, token] of Object.entries({
      "another issuer": shop.token({ ...claims, iss: "https://evil.example" }),
      "another audience": shop.token({ ...claims, aud: "another service" }),
      "an old one": shop.token({ ...claims, exp: inAnHour() - 7_200 }),
      "one without an end": shop.token({ ...claims, exp: undefined }),
      "one without a customer": shop.token({ ...claims, sub: undefined }),
      "one that somebody else signed": shop.token(claims, { key: shop.stranger }),
      "an unknown key": shop.token(claims, { header: { kid: "key-2" } }),
      "another algorithm": shop.token(claims, { header: { alg: "HS256" } }),
      "no signature": bare,
      nonsense: "nonsense",
    })) {
      const refused = await template.status({ authorization: `Bearer ${token}` });
      assert.deepEqual([refused.status, refused.body.error.code], [401, "unauthorized"], about);
    }
    assert.equal((await template.status({})).status, 401);
  } finally {
    await template.stop();
  }
});
