// What a caller should not give, and may.

const throwing = () => {
  throw new Error("hostile");
};

/** A proxy of which every operation throws. */
export const hostileProxy = (target = {}) => new Proxy(target, new Proxy({}, { get: () => throwing }));

function revokedProxy() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function circular() {
  const object = {};
  object.self = object;
  return object;
}

function deep(levels) {
  let object = {};
  for (let level = 0; level < levels; level++) object = { object };
  return object;
}

const MEGABYTE = "x".repeat(1024 * 1024);
const LONE_SURROGATE = "\ud800";

/** Values of no use as an object; `null` and `undefined` are a matter of their own. */
export const NOT_OBJECTS = {
  "a number": 5,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  true: true,
  false: false,
  "a string": "text",
  "an empty string": "",
  "a lone surrogate": LONE_SURROGATE,
  "a megabyte": MEGABYTE,
  "a BigInt": 5n,
  "a symbol": Symbol("value"),
  "a function": throwing,
  "a class": class Value {},
  "an array": [],
  "an array of objects": [{}],
  "a date": new Date(0),
  "an invalid date": new Date(Number.NaN),
  "a circle": circular(),
  "a deep object": deep(20_000),
  "a toJSON that throws": { toJSON: throwing },
  "a toJSON that gives a string": { toJSON: () => "text" },
  "a proxy": hostileProxy(),
  "a proxy of a function": hostileProxy(throwing),
  "a revoked proxy": revokedProxy(),
};

/** Values of no use as a string that is not empty and has at most `longest` characters. */
export const notStrings = (longest) => ({
  undefined: undefined,
  null: null,
  "a number": 5,
  NaN: Number.NaN,
  true: true,
  "an empty string": "",
  "a lone surrogate": `text${LONE_SURROGATE}`,
  "a trailing half": `\udc00text`,
  "a megabyte": MEGABYTE,
  "one character too many": "x".repeat(longest + 1),
  "a BigInt": 5n,
  "a symbol": Symbol("value"),
  "a function": () => "text",
  "an object": {},
  "an array": ["text"],
  "a circle": circular(),
  "a toJSON that throws": { toJSON: throwing },
  "a proxy": hostileProxy(),
  "a revoked proxy": revokedProxy(),
});

/** Objects with all these members, of which one throws when it is read. */
export function* withHostileGetters(members) {
  for (const name of Object.keys(members)) {
    yield [
      `a getter ${name} that throws`,
      Object.defineProperty({ ...members }, name, { get: throwing, enumerable: true }),
    ];
  }
}
