const DURATION_MS = 400;

const wantsLessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Writes numbers into an element; one that replaces another counts up to it, unless less motion is wanted. */
export function createCounter(element, format) {
  let value = null;
  let frame = 0;
  return {
    set(next) {
      if (next === value) return;
      const from = value;
      value = next;
      cancelAnimationFrame(frame);
      if (next === null || from === null || wantsLessMotion()) {
        element.textContent = next === null ? "" : format(next);
        return;
      }
      const start = performance.now();
      const step = (now) => {
        const progress = Math.min(1, Math.max(0, now - start) / DURATION_MS);
        const eased = 1 - (1 - progress) ** 3;
        element.textContent = format(progress === 1 ? next : Math.round(from + (next - from) * eased));
        if (progress < 1) frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
    },
  };
}
