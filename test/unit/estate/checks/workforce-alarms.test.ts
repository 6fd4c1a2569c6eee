import { changed, WORKFORCE } from '../../../support/entra-estate';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import {
  memoryFolder,
  organizationText,
  planOf,
  codesAndPlaces,
  SMALL_ORGANIZATION,
} from '../../../support/estate-files';

const ALARMS = `${WORKFORCE}  alarms:
    emails: [alarms@example.com]
`;

test.each([
  {
    what: 'nobody to tell',
    to: '[]',
    expected: 'error no-alarm-email estate.yaml:21:13 workforce.alarms.emails',
  },
  {
    what: 'what is no address',
    to: '[the team]',
    expected: 'error alarm-email estate.yaml:21:14 workforce.alarms.emails[0]',
  },
  {
    what: 'an address twice',
    to: '[a@example.com, A@example.com]',
    expected: 'error duplicate-alarm-email estate.yaml:21:29 workforce.alarms.emails[1] [see estate.yaml:21:14]',
  },
])('the alarms of the workforce have a finding: $what', ({ to, expected }) => {
  expect(codesAndPlaces(planOf(changed(ALARMS, '[alarms@example.com]', to)))).toEqual([expected]);
});

test('a name of an estate that no stack can begin with is found without an access section too', () => {
  const files = { 'estate.yaml': ALARMS, 'organization.json': organizationText(SMALL_ORGANIZATION) };
  const folder = memoryFolder(files, '1st');
  expect(codesAndPlaces(planEstate(folder)).join()).toContain('error estate-name');
});

test('what watches is deployed from where Identity Center is, and knows when the token ends', () => {
  const { watch } = planOf(ALARMS);
  expect(watch).toEqual({
    account: '100000000000',
    region: 'eu-west-1',
    emails: ['alarms@example.com'],
    scimTokenExpires: '2027-01-31',
  });
});

test('nothing watches where nobody is to be told', () => {
  expect(planOf(WORKFORCE).watch).toBeUndefined();
});
