/** Everything of the clock that goes on: only `Date` stands still. */
const GOES_ON = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'requestIdleCallback',
  'cancelIdleCallback',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/** Lets `Date` say a moment so many milliseconds ahead, until `jest.useRealTimers()`. */
export function moveClock(ahead: number): void {
  jest.useFakeTimers({ now: Date.now() + ahead, doNotFake: [...GOES_ON] });
}

/** Lets `Date` say the same day in every test of a file, whose dates would be past some day. */
export function fixDay(day: string): void {
  beforeAll(() => {
    jest.useFakeTimers({ now: new Date(day), doNotFake: [...GOES_ON] });
  });
  afterAll(() => {
    jest.useRealTimers();
  });
}

/** Start of the day that is so many days ahead: `2028-04-08T00:00:00Z`. */
export function inDays(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
}
