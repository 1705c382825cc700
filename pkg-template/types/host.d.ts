// What the host provides, named without requiring that its typings are loaded: a project may have the DOM's,
// Node's, Deno's, Bun's or a worker's, or none of them.

/** The part of `AbortSignal` that a call uses. Every runtime's own `AbortSignal` fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  /** Becomes the `cause` of the `aborted` error. */
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The part of `URL` that is read. Every runtime's own `URL` fits. */
export interface UrlLike {
  readonly href: string;
  toJSON(): string;
}

/** What a `fetch` receives where the host's typings declare none. */
export interface FetchInit {
  method: "GET" | "POST";
  headers: Record<string, string>;
  /** JSON. */
  body?: string;
  redirect: "manual";
  signal: AbortSignalLike;
}

/** What a `fetch` returns where the host's typings declare none. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** A `ReadableStream` of bytes; without one, `arrayBuffer` is called. */
  readonly body?: unknown;
  arrayBuffer(): Promise<ArrayBuffer>;
}

type HostFetch = typeof globalThis extends { fetch: infer F extends (...args: never) => unknown }
  ? F
  : (url: string, init: FetchInit) => Promise<FetchResponse>;

/** The host's `RequestInit`. */
export type HostRequestInit = NonNullable<Parameters<HostFetch>[1]>;

/** The host's `Response`. */
export type HostResponse = Awaited<ReturnType<HostFetch>>;

type HostModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M & object : object;

/**
 * Where the WebAssembly comes from: an address, its bytes, a response that carries it, or a compiled
 * `WebAssembly.Module`.
 */
export type WasmSource = string | UrlLike | ArrayBuffer | ArrayBufferView | HostResponse | HostModule;

export {};
