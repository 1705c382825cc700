// What a careful store writes: a time limit, the fields that it will use, and of the usages only the customer's own.
const TIMEOUT_MS = 10_000;

const NUMBERS = {
  points: ["pointValue", "minOrderValue"],
  product_purchase: ["pointsAmount"],
  multiply_for_product: ["multiplier"],
  event: ["pointsAmount"],
  custom_event: ["pointsAmount"],
  referral: ["pointsAmount"],
  geolocation: ["latitude", "longitude", "radius", "pointsAmount"],
  qrcode: ["pointsAmount"],
};
const LISTS = ["levels", "segments", "pos"];

function expect(isRight, field) {
  if (!isRight) throw new TypeError(`the server sent an unusable ${field}`);
}

function checkRule(rule, at, customerId) {
  expect(typeof rule === "object" && rule !== null, `earningRules[${at}]`);
  expect(typeof rule.earningRuleId === "string" && rule.earningRuleId, `earningRules[${at}].earningRuleId`);
  expect(typeof rule.type === "string", `earningRules[${at}].type`);
  expect(typeof rule.name === "string", `earningRules[${at}].name`);
  for (const name of LISTS) {
    const list = rule[name] ?? [];
    const isRight = Array.isArray(list) && list.every((id) => typeof id === "string");
    expect(isRight, `earningRules[${at}].${name}`);
  }
  for (const name of NUMBERS[rule.type] ?? []) {
    expect(Number.isFinite(rule[name] ?? 0), `earningRules[${at}].${name}`);
  }
  const usages = rule.usages ?? [];
  expect(Array.isArray(usages), `earningRules[${at}].usages`);
  rule.usages = usages.filter((usage) => usage?.subject?.subjectId === customerId);
}

const customerOf = (token) => {
  const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(atob(payload)).id;
};

export function connect({ baseUrl, token, fetch = globalThis.fetch }) {
  const customerId = customerOf(token);
  const send = async (method, path) => {
    const response = await fetch(`${baseUrl}/api/DEFAULT/customer/earningRule${path}`, {
      method,
      headers: { accept: "application/json", authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: "manual",
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json();
  };
  return {
    async listEarningRules() {
      const body = await send("GET", "");
      expect(Array.isArray(body?.earningRules), "earningRules");
      for (const [at, rule] of body.earningRules.entries()) checkRule(rule, at, customerId);
      return body;
    },
    async triggerEvent(eventName) {
      const body = await send("POST", `/${encodeURIComponent(eventName)}`);
      expect(Number.isFinite(body?.points), "points");
      return body;
    },
  };
}
