/** Seconds by which the clock of the directory and ours may differ. Both the web and the API bear it. */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** That a time of a token is too far ahead, for the log: `nbf is 95 s ahead of this clock; 60 s are borne`. */
export function aheadText(name: string, time: number, nowSeconds: number): string {
  return `${name} is ${Math.ceil(time - nowSeconds)} s ahead of this clock; ${CLOCK_TOLERANCE_SECONDS} s are borne`;
}
