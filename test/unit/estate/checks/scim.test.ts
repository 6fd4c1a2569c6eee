import { changed, WORKFORCE } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'a slash at the end',
    from: 'endpoint: https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60/scim/v2',
    to: 'endpoint: https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60/scim/v2/',
    expected: 'error scim-endpoint estate.yaml:16:17 workforce.awsApplication.scim.endpoint',
  },
  {
    what: 'an endpoint of another service',
    from: 'endpoint: https://scim.eu-west-1.amazonaws.com/e2b1c4d7-5a60/scim/v2',
    to: 'endpoint: https://scim.example.com/scim/v2',
    expected: 'error scim-endpoint estate.yaml:16:17 workforce.awsApplication.scim.endpoint',
  },
  {
    what: 'another region',
    from: 'scim.eu-west-1',
    to: 'scim.us-east-1',
    expected: 'error scim-region estate.yaml:16:17 workforce.awsApplication.scim.endpoint [see estate.yaml:7:19]',
  },
  {
    what: 'an address for notifications that is incomplete',
    from: '    scim:\n',
    to: '    scim:\n      safeguards: { notificationEmail: identity@insurance, deletionThreshold: 20 }\n',
    expected: 'error notification-email estate.yaml:16:40 workforce.awsApplication.scim.safeguards.notificationEmail',
  },
  {
    what: 'a threshold of no one',
    from: '    scim:\n',
    to: '    scim:\n      safeguards: { notificationEmail: identity@example.com, deletionThreshold: 0 }\n',
    expected: 'error invalid-value estate.yaml:16:81 workforce.awsApplication.scim.safeguards.deletionThreshold',
  },
  {
    what: 'a target twice, in whatever case',
    from: '[{ target: externalId, source: objectId }]',
    to: '[{ target: externalId, source: objectId }, { target: externalID, source: mail }]',
    expected:
      'error duplicate-mapping estate.yaml:17:79 workforce.awsApplication.scim.attributeMappings[1].target [see estate.yaml:17:37]',
  },
  {
    what: 'a mapping with two sources',
    from: '[{ target: externalId, source: objectId }]',
    to: '[{ target: externalId, source: objectId }, { target: title, source: jobTitle, constant: Engineer }]',
    expected: 'error mapping-source estate.yaml:17:69 workforce.awsApplication.scim.attributeMappings[1]',
  },
  {
    what: 'a mapping without a source',
    from: '[{ target: externalId, source: objectId }]',
    to: '[{ target: externalId, source: objectId }, { target: title }]',
    expected: 'error mapping-source estate.yaml:17:69 workforce.awsApplication.scim.attributeMappings[1]',
  },
  {
    what: 'an attribute that AWS does not take',
    from: '[{ target: externalId, source: objectId }]',
    to: '[{ target: externalId, source: objectId }, { target: \'photos[type eq "photo"].value\', source: extensionAttribute2 }]',
    expected: 'error mapping-target estate.yaml:17:79 workforce.awsApplication.scim.attributeMappings[1].target',
  },
  {
    what: 'an attribute that AWS requires, taken away',
    from: '[{ target: externalId, source: objectId }]',
    to: '[{ target: externalId, source: objectId }, { target: name.familyName, remove: true }]',
    expected: 'error required-attribute estate.yaml:17:79 workforce.awsApplication.scim.attributeMappings[1].target',
  },
  {
    what: 'a second phone number',
    from: '[{ target: externalId, source: objectId }]',
    to: '[{ target: externalId, source: objectId }, { target: \'phoneNumbers[type eq "mobile"].value\', source: mobile }]',
    expected: 'error several-values estate.yaml:17:79 workforce.awsApplication.scim.attributeMappings[1].target',
  },
  {
    what: 'the mapping of externalId left out',
    from: '[{ target: externalId, source: objectId }]',
    to: '[{ target: title, source: jobTitle }]',
    expected: 'warning external-id-mapping estate.yaml:17:26 workforce.awsApplication.scim.attributeMappings',
  },
  {
    what: 'a day that the calendar does not have',
    from: 'tokenExpires: 2027-01-31',
    to: 'tokenExpires: 2027-02-29',
    expected: 'error scim-token-expires estate.yaml:18:21 workforce.awsApplication.scim.tokenExpires',
  },
  {
    what: 'accepted deletions of an event without a moment',
    from: '    scim:\n',
    to: '    scim:\n      acceptDeletions: { quarantinedSince: 2026-11-31T10:00:00Z, decidedOn: 2026-12-01, reason: The office in Lyon was closed. }\n',
    expected:
      'error accepted-deletions estate.yaml:16:44 workforce.awsApplication.scim.acceptDeletions.quarantinedSince',
  },
  {
    what: 'deletions that were accepted before they were held back',
    from: '    scim:\n',
    to: '    scim:\n      acceptDeletions: { quarantinedSince: 2026-11-20T10:00:00Z, decidedOn: 2026-11-19, reason: The office in Lyon was closed. }\n',
    expected: 'error accepted-deletions estate.yaml:16:77 workforce.awsApplication.scim.acceptDeletions.decidedOn',
  },
  {
    what: 'accepted deletions whose day was left as the error has it',
    from: '    scim:\n',
    to: '    scim:\n      acceptDeletions: { quarantinedSince: 2026-11-20T10:00:00Z, decidedOn: <YYYY-MM-DD>, reason: The office in Lyon was closed. }\n',
    expected: 'error accepted-deletions estate.yaml:16:77 workforce.awsApplication.scim.acceptDeletions.decidedOn',
  },
  {
    what: 'no mapping',
    from: '[{ target: externalId, source: objectId }]',
    to: '[]',
    expected: 'warning external-id-mapping estate.yaml:17:26 workforce.awsApplication.scim.attributeMappings',
  },
])('provisioning has a finding: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([expected]);
});

test.each([
  [
    'safeguards',
    '    scim:\n',
    '    scim:\n      safeguards: { notificationEmail: identity@example.com, deletionThreshold: 20 }\n',
  ],
  [
    'a phone number in the place of the other, a constant and an expression',
    '[{ target: externalId, source: objectId }]',
    `[{ target: externalId, source: objectId }, { target: 'phoneNumbers[type eq "work"].value', remove: true },
        { target: 'phoneNumbers[type eq "mobile"].value', source: mobile }, { target: locale, constant: en },
        { target: nickName, expression: 'ToLower([givenName])' }]`,
  ],
  [
    'more mappings',
    '[{ target: externalId, source: objectId }]',
    '[{ target: title, source: jobTitle }, { target: externalId, source: objectId }]',
  ],
  [
    'deletions of an event that were accepted on its day',
    '    scim:\n',
    "    scim:\n      acceptDeletions: { quarantinedSince: '2026-11-20T10:00:00.1234567Z', decidedOn: 2026-11-20, reason: The office in Lyon was closed. }\n",
  ],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([]);
});

test('without mappings, externalId comes from the object id', () => {
  const { estate } = planOf(
    changed(WORKFORCE, '      attributeMappings: [{ target: externalId, source: objectId }]\n', ''),
  );
  expect(estate.workforce?.awsApplication?.scim?.attributeMappings).toMatchObject([
    { target: 'externalId', source: 'objectId' },
  ]);
});

const ACCESS = `access:
  attributes:
    - { key: Department, source: '\${path:enterprise.department}' }
    - { key: CostCenter, source: '\${path:enterprise.costCenter}' }
    - { key: Manager, source: '\${path:enterprise.manager.value}' }
`;
const COST_CENTER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter';

const attributeFindings = (mappings: string): readonly string[] => {
  const workforce = changed(WORKFORCE, '[{ target: externalId, source: objectId }]', mappings);
  return codesAndPlaces(planOf(`${workforce}${ACCESS}`)).filter((line) => line.includes('access.attributes'));
};

test('an attribute for access control needs a mapping, unless the template has one', () => {
  expect(attributeFindings('[{ target: externalId, source: objectId }]')).toEqual([
    'warning unmapped-attribute estate.yaml:23:34 access.attributes[1].source',
  ]);
  const mapped = `[{ target: externalId, source: objectId }, { target: '${COST_CENTER}', source: extensionAttribute1 }]`;
  expect(attributeFindings(mapped)).toEqual([]);
});

test('an attribute for access control whose mapping is removed is one without a value, though the template has it', () => {
  const removed = `[{ target: externalId, source: objectId }, { target: '${COST_CENTER}', source: extensionAttribute1 },
        { target: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', remove: true }]`;
  expect(attributeFindings(removed)).toEqual([
    'warning unmapped-attribute estate.yaml:23:34 access.attributes[0].source',
  ]);
});

const REQUIRED = ['userName', 'displayName', 'name.givenName', 'name.familyName'];
const DEFAULT = '[{ target: externalId, source: objectId }]';
const codesWith = (mapping: string): readonly string[] =>
  planOf(changed(WORKFORCE, DEFAULT, `[{ target: externalId, source: objectId }, ${mapping}]`)).findings.map(
    ({ code, path }) => `${code} ${path}`,
  );
const REFUSED = 'required-attribute workforce.awsApplication.scim.attributeMappings[1].target';

test.each(REQUIRED.flatMap((target) => [target, target.toUpperCase()]))('%s may not be taken away', (target) => {
  expect(codesWith(`{ target: ${target}, remove: true }`)).toContain(REFUSED);
  expect(codesWith(`{ target: ${target}, constant: ' ' }`)).toContain(REFUSED);
});

test.each(REQUIRED)('%s may have another source', (target) => {
  expect(codesWith(`{ target: ${target}, source: mail }`)).not.toContain(REFUSED);
});

test.each(['title', 'active', 'name.formatted', 'nickName'])('%s may be taken away', (target) => {
  expect(codesWith(`{ target: ${target}, remove: true }`)).not.toContain(REFUSED);
});
