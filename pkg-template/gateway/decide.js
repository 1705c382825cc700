import * as glue from "../glue.js";

const DIGEST_LENGTH = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A decision of the WebAssembly, on plain data. The module is loaded by then. */
export function decide(name, input) {
  const output = glue.decide(name, encoder.encode(JSON.stringify(input ?? null)));
  if (output === undefined) throw new Error(`earnkit: a defect of the gateway, in ${name}`);
  return JSON.parse(output);
}

/** Takes one request out of a bucket: what is left, or, below zero, how many milliseconds there is none. */
export const takeOne = (...numbers) => glue.take_one(...numbers);

/** What `listEarningRules` gave, as it may cross: bytes of JSON, which become no values here. */
export function takeRules({ kept }, isGuest = false) {
  const bytes = glue.take_rules(kept, isGuest);
  if (!bytes) throw new Error("earnkit: a defect of the gateway, in the rules");
  const etag = `"${decoder.decode(bytes.subarray(0, DIGEST_LENGTH))}"`;
  return { etag, body: bytes.subarray(DIGEST_LENGTH) };
}

/** The same as values. */
export const readRules = (list) => JSON.parse(decoder.decode(takeRules(list).body));

/** What a failure of the gateway itself is made of. */
export const failure = (code, outcome, message) => ({ code, outcome, message });

/** Gives what `work` gives, or `late` after a while. */
export async function within(ms, work, late) {
  let timer;
  const alarm = new Promise((resolve) => {
    timer = setTimeout(() => resolve(late), ms);
  });
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
  }
}
