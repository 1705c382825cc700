/** Whether two types are the same, `readonly` and optional keys included. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Checks that its type argument is `true`. */
export declare function exactly<_ extends true>(): void;
