import * as fc from 'fast-check';
import { type SecretPeriods, secretPeriodsAt } from '../../../../constructs/entra/periods';

const DAY = 24 * 60 * 60 * 1000;

const moments = fc.record({
  start: fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
  periodDays: fc.integer({ min: 1, max: 365 }),
  now: fc.date({ min: new Date('2015-01-01'), max: new Date('2045-01-01'), noInvalidDate: true }),
});

const holds = (check: (periods: SecretPeriods, now: number, period: number) => void): void => {
  fc.assert(
    fc.property(moments, ({ start, periodDays, now }) => {
      const rotation = { start: start.toISOString().slice(0, 10), periodDays };
      check(secretPeriodsAt(rotation, now), now.getTime(), periodDays * DAY);
    }),
    { numRuns: 1000 },
  );
};

test('two periods after the start the secrets of periods 2 and 1 are there', () => {
  expect(secretPeriodsAt({ start: '2026-01-01', periodDays: 90 }, new Date('2026-06-30T00:00:00Z'))).toEqual({
    current: { number: 2, slot: 'even', endDate: '2026-12-27T00:00:00Z' },
    previous: { number: 1, slot: 'odd', endDate: '2026-09-28T00:00:00Z' },
  });
});

test.each([
  ['the last moment of a period', '2026-03-31T23:59:59.999Z', 0],
  ['the first moment of the next', '2026-04-01T00:00:00Z', 1],
  ['the day before the start', '2025-12-31T12:00:00Z', -1],
])('%s is in the period that it belongs to', (_, now, number) => {
  expect(secretPeriodsAt({ start: '2026-01-01', periodDays: 90 }, new Date(now)).current.number).toBe(number);
});

test('the current secret always lives for more than one whole period yet, and for two at most', () => {
  holds(({ current }, now, period) => {
    const rest = Date.parse(current.endDate) - now;
    expect(rest).toBeGreaterThan(period);
    expect(rest).toBeLessThanOrEqual(2 * period);
  });
});

test('the previous secret is valid for as long as the current one is the current one', () => {
  holds(({ current, previous }, now, period) => {
    const ends = Date.parse(previous.endDate);
    expect(ends).toBeGreaterThan(now);
    expect(ends).toBe(Date.parse(current.endDate) - period);
  });
});

test('one period later exactly one slot has another secret, the one whose secret has ended', () => {
  fc.assert(
    fc.property(moments, ({ start, periodDays, now }) => {
      const rotation = { start: start.toISOString().slice(0, 10), periodDays };
      const later = new Date(now.getTime() + periodDays * DAY);
      const [before, after] = [secretPeriodsAt(rotation, now), secretPeriodsAt(rotation, later)];
      expect(after.previous).toEqual(before.current);
      expect(after.current.slot).toBe(before.previous.slot);
      expect(after.current.number).toBe(before.current.number + 1);
      expect(Date.parse(before.previous.endDate)).toBeLessThanOrEqual(later.getTime());
    }),
    { numRuns: 1000 },
  );
});

test('the two secrets are never in one slot', () => {
  holds(({ current, previous }) => {
    expect(new Set([current.slot, previous.slot])).toEqual(new Set(['even', 'odd']));
  });
});
