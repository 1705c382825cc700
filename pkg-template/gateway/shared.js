/** Reads of the loyalty server that several requests of one customer wait for. */
export class Shared {
  #readers = new Map();

  /** What `read` gives, or gave a customer up to `keptMs` ago under the same name. */
  get(customer, name, keptMs, read) {
    const reads = this.#readers.get(customer) ?? new Map();
    this.#readers.set(customer, reads);
    const known = reads.get(name);
    if (known && known.until > Date.now()) return known.answer;
    const entry = { until: Number.POSITIVE_INFINITY, answer: read() };
    const end = () => {
      if (reads.get(name) === entry) reads.delete(name);
      if (reads.size === 0 && this.#readers.get(customer) === reads) this.#readers.delete(customer);
    };
    reads.set(name, entry);
    entry.answer.then(({ error }) => {
      if (error || keptMs === 0) end();
      else entry.until = Date.now() + keptMs;
    }, end);
    return entry.answer;
  }

  /** Whoever asks from now on gets what the loyalty server says from now on. */
  drop(customer) {
    this.#readers.delete(customer);
  }
}
