import { parseIsoSeconds } from '../../model/durations';

test.each([
  ['PT1H', 3600],
  ['PT90M', 5400],
  ['PT1H30M', 5400],
  ['PT3600S', 3600],
  ['PT1H1S', 3601],
  ['PT12H', 43_200],
  ['PT0H', 0],
])('%s is %i seconds', (text, seconds) => {
  expect(parseIsoSeconds(text)).toBe(seconds);
});

test.each(['', 'PT', 'P1D', 'PT1', '1H', 'pt1h', 'PT1h', 'PT1M1H', 'PT-1H', 'PT1.5H', ' PT1H', 'PT1H ', 'PT999999H'])(
  '%j is no duration',
  (text) => {
    expect(parseIsoSeconds(text)).toBeUndefined();
  },
);
