import { CHECKS, PREFLIGHT_CHECKS } from '../../../src/doctor/checks/all-checks';

test('each check is run once', () => {
  const ids = [...CHECKS, ...PREFLIGHT_CHECKS].map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(PREFLIGHT_CHECKS.filter(({ area }) => area !== 'preflight')).toEqual([]);
  expect(CHECKS.filter(({ area }) => area === 'preflight')).toEqual([]);
});
