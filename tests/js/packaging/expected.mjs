// What the scenario has to tell, and what the sandbox has to have booked.
import assert from "node:assert/strict";

const TYPES = [
  "custom_event",
  "event",
  "geolocation",
  "instant_reward",
  "multiply_by_product_labels",
  "multiply_for_product",
  "points",
  "product_purchase",
  "qrcode",
  "referral",
  "streak", // of no server that there is: one of the future
];

const error = (fields) => ({ isOurs: true, outcome: "not_applied", status: undefined, field: undefined, ...fields });

/** Checks a report, which may have crossed JSON, and the sandbox's ledger; empties the ledger for the next. */
export async function assertScenario(report, sandbox, { inPage = false } = {}) {
  const { dates, ...rest } = report;
  assert.ok(dates >= 5, `${dates} dates`);
  const expected = {
    attempts: [{ route: "GET /api/{storeCode}/customer/earningRule", status: 200 }],
    currency: "EUR",
    types: TYPES,
    unreadDates: [],
    points: 12.5,
    newUses: 1,
    pointsAdded: 12.5,
    levelName: "Silver",
    unavailable: error({ code: "event_unavailable", operation: "triggerEvent", status: 400 }),
    refused: inPage ? error({ code: "invalid_input", operation: "createUser", field: "koomalooma.apiKey" }) : null,
    user: { partnerId: "sandbox-shop", partnerUserId: "customer-1042", userSessionId: "session-7" },
    commitment: { loyaltyUnits: 24, userId: "customer-1042" },
    estimates: {
      points: 184.85,
      // Twice the points on the mug, too, of the rules before it: 24.9 * 1.5, to the last bit.
      rules: [
        ["Points on everything", 65],
        ["More on big orders", 32.5],
        ["Double points on mugs", 37.35000000000001],
        ["50 points for a teapot", 50],
      ],
      rewards: 1,
      assumptions: ["customer"],
      event: 12.5,
      birthday: { used: 0, limit: 1, left: 1, resetsAt: null },
      likes: { limit: 2, isReset: true },
    },
  };
  const plain = (value) => JSON.parse(JSON.stringify(value));
  assert.deepEqual(plain(rest), plain(expected));

  const booked = (await sandbox.ledger()).map(({ kind, points }) => [kind, points]);
  assert.deepEqual(
    booked.filter(([kind]) => kind !== "login"),
    [
      ["event", 12.5],
      ["user", undefined],
      ["commitment", 24],
    ],
  );
  assert.equal(booked.length, 5, "a login and a refresh besides");
  await sandbox.reset();
}
