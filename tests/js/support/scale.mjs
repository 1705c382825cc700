// How much of a long test runs: all of it, unless somebody who works on it wants a quick look.

const scale = Number(process.env.EARNKIT_SCALE ?? 1);

export const scaled = (count) => Math.ceil(count * scale);
