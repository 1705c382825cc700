const CAPACITY = 100;

/** What the package's `onAttempt` reported, here and on the shop's server; newest first. */
export function createAttemptLog({ onChange }) {
  let entries = [];
  const add = (from, attempt) => {
    entries = [{ from, at: Date.now(), ...attempt }, ...entries].slice(0, CAPACITY);
    onChange();
  };
  return {
    entries: () => entries,
    fromPage: (attempt) => add("page", attempt),
    fromShop(attempts) {
      for (const attempt of attempts) add("shop's server", attempt);
    },
  };
}
