import { durationWords, isDay, parseDuration, yearsLater } from '../../../src/estate/sections/durations';

test.each([
  ['PT1H', 3600],
  ['PT90M', 5400],
  ['PT1H30M', 5400],
  ['PT3600S', 3600],
  ['PT1H1S', 3601],
  ['PT12H', 43_200],
  ['PT0H', 0],
])('%s is %i seconds', (text, seconds) => {
  expect(parseDuration(text)).toEqual({ text, seconds });
});

test.each([
  ['PT1H', '1 hour'],
  ['PT8H', '8 hours'],
  ['PT90M', '90 minutes'],
  ['PT1H1M1S', '1 hour 1 minute 1 second'],
  ['PT0H', 'PT0H'],
  ['P1D', 'P1D'],
])('%s is said as %s', (text, words) => {
  expect(durationWords(text)).toBe(words);
});

test.each(['', 'PT', 'P1D', 'PT1', '1H', 'pt1h', 'PT1h', 'PT1M1H', 'PT-1H', 'PT1.5H', ' PT1H', 'PT1H ', 'PT999999H'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each(['2026-01-01', '2024-02-29', '2026-12-31', '0001-01-01'])('%s is a day', (text) => {
  expect(isDay(text)).toBe(true);
});

test.each([
  '',
  '2026-02-29',
  '2026-02-30',
  '2026-13-01',
  '2026-00-01',
  '2026-1-1',
  '20260101',
  '2026-01-01T00:00:00Z',
  ' 2026-01-01',
  '2026-01-01\n',
])('%j is no day', (text) => {
  expect(isDay(text)).toBe(false);
});

test.each([
  ['2026-01-01', '2029-01-01'],
  ['2024-02-29', '2027-03-01'],
  ['2025-02-28', '2028-02-28'],
])('three years after %s is %s', (day, later) => {
  expect(yearsLater(day, 3)).toBe(later);
});
