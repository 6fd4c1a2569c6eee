import { latestDayAt } from '../../../../src/estate/load/estate-folder';

test.each([
  ['2026-11-26T09:59:59Z', '2026-11-26'],
  ['2026-11-26T10:00:00Z', '2026-11-27'],
])('at %s the last day that has begun anywhere is %s', (now, day) => {
  expect(latestDayAt(new Date(now))).toBe(day);
});
