/** The time on the servers: the sandbox's clock can be moved, and limits and windows follow it. */
export function createClock() {
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    /** As the sandbox tells it. */
    follow({ offsetMs }) {
      aheadMs = offsetMs;
    },
  };
}
