// Who is measured takes turns with the others, so that whatever else the machine does meets all of them alike.

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Runs each contestant once a round, each round starting with another one, and gives each one's samples by name.
 * A contestant is a function that resolves to what it measured. Rounds before the first are not counted.
 */
export async function interleave(contestants, { rounds, unmeasured = 0 }) {
  const names = Object.keys(contestants);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -unmeasured; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round + unmeasured) % names.length];
      const sample = await contestants[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

/** The median of each contestant. */
export async function medians(contestants, options) {
  const samples = await interleave(contestants, options);
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
}
