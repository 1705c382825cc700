// Work in pieces, between which the page can answer its visitor.

/** How long the page may be kept busy in one go. */
const SLICE_MS = 5;

const { port1, port2 } = new MessageChannel();
const waiting = [];
port1.onmessage = () => waiting.shift()();

/** Unlike `setTimeout`, it is not put off by browsers. */
export const nextTask = () =>
  new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });

/**
 * Calls `each(item, index)` for all items, the first ones at once and the rest in slices. `isOver()` ends it early.
 * Returns whether it came to the end.
 */
export async function inSlices(items, each, isOver) {
  let end = performance.now() + SLICE_MS;
  for (let index = 0; index < items.length; index++) {
    if (performance.now() >= end) {
      await nextTask();
      if (isOver()) return false;
      end = performance.now() + SLICE_MS;
    }
    each(items[index], index);
  }
  return true;
}
