import * as glue from "../glue.js";

const encoder = new TextEncoder();

/** A decision of the WebAssembly, on plain data. The module is loaded by then. */
export function decide(name, input) {
  const output = glue.decide(name, encoder.encode(JSON.stringify(input ?? null)));
  if (output === undefined) throw new Error(`earnkit: a defect of the gateway, in ${name}`);
  return JSON.parse(output);
}

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
