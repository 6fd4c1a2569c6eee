import type { EstatePlan } from '../../../../src/estate/plan/planner';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

/** An estate with one permission set; its name is on line 3, the rest from line 4. */
function planWith(lines: readonly string[], name = 'Admin'): EstatePlan {
  const rest = lines.map((line) => `      ${line}\n`).join('');
  return planOf(`access:\n  permissionSets:\n    - name: ${name}\n${rest}  grants: []\n`);
}

const findingsOf = (lines: readonly string[], name?: string): readonly string[] =>
  codesAndPlaces(planWith(lines, name));

const SET = 'access.permissionSets[0]';

test.each(['A', 'a'.repeat(32), 'Network_Operator+=,.@-9'])('the name %s is accepted', (name) => {
  expect(findingsOf([], name)).toEqual([]);
});

test.each(['a'.repeat(33), 'two words', 'a/b', 'Größe', '😀', "it's"])('the name %s is refused', (name) => {
  expect(findingsOf([], JSON.stringify(name))).toEqual([`error permission-set-name estate.yaml:3:13 ${SET}.name`]);
});

test.each(['PT1H', 'PT60M', 'PT3600S', 'PT12H', 'PT11H59M60S'])('a session of %s is accepted', (duration) => {
  expect(findingsOf([`sessionDuration: ${duration}`])).toEqual([]);
});

test.each(['PT30M', 'PT59M59S', 'PT13H', 'PT12H1S', 'P1D', '8 hours'])('a session of %s is refused', (duration) => {
  expect(findingsOf([`sessionDuration: ${duration}`])).toEqual([
    `error session-duration estate.yaml:4:24 ${SET}.sessionDuration`,
  ]);
});

test.each(['x', 'x'.repeat(700), 'Größe, naïve: é ÿ ¡', 'a\\tb\\nc'])(
  'the description %s is accepted',
  (description) => {
    expect(findingsOf([`description: "${description}"`])).toEqual([]);
  },
);

test.each(['', 'x'.repeat(701)])('a description of another length is refused (%#)', (description) => {
  expect(findingsOf([`description: "${description}"`])).toEqual([
    `error description-length estate.yaml:4:20 ${SET}.description`,
  ]);
});

test.each([
  ['Ł', 'Ł'],
  ['5 €', '€'],
  ['dash –', '–'],
  ['rocket 🚀', '🚀'],
  ['no-break\\_space', '\u00a0'],
])('a description outside Latin-1 is refused and names the character: %s', (description, character) => {
  expect(planWith([`description: "${description}"`]).findings).toMatchObject([
    { code: 'description-characters', path: `${SET}.description`, value: JSON.stringify(character) },
  ]);
});

test.each([
  'https://console.aws.amazon.com/',
  'HTTPS://eu-west-1.console.aws.amazon.com/vpc/home?region=eu-west-1#vpcs:',
  `https://${'x'.repeat(232)}`,
])('the relay state %s is accepted', (relayState) => {
  expect(findingsOf([`relayState: '${relayState}'`])).toEqual([]);
});

test.each([
  'javascript:alert(1)',
  'http://example.com',
  '/vpc/home',
  'https:example.com',
  ' https://example.com',
  'https://a b^c',
])('the relay state %s is refused', (relayState) => {
  expect(findingsOf([`relayState: '${relayState}'`])).toEqual([`error relay-state estate.yaml:4:19 ${SET}.relayState`]);
});

test('a relay state of 241 characters is refused', () => {
  expect(findingsOf([`relayState: https://${'x'.repeat(233)}`])).toEqual([
    `error relay-state estate.yaml:4:19 ${SET}.relayState`,
  ]);
});

function tags(count: number): readonly string[] {
  return ['tags:', ...Array.from({ length: count }, (_, index) => `  k${index}: v`)];
}

test('fifty tags are accepted, one more is refused', () => {
  expect(findingsOf(tags(50))).toEqual([]);
  expect(findingsOf(tags(51))).toEqual([`error tags estate.yaml:5:9 ${SET}.tags`]);
});

test.each([
  ['k'.repeat(128), 'v'.repeat(256)],
  ['Größe 1', ''],
  ['a_.:/=+-@', 'a_.:/=+-@'],
  ['awsome', 'x'],
])('the tag %s: %s is accepted', (key, value) => {
  expect(findingsOf(['tags:', `  "${key}": "${value}"`])).toEqual([]);
});

test.each(['k'.repeat(129), '', 'aws:x', 'AWS:x', 'a#b', '😀'])('the tag key %j is refused', (key) => {
  const [finding] = findingsOf(['tags:', `  "${key}": v`]);
  expect(finding).toMatch(/^error tags estate\.yaml:5:/);
});

test.each(['v'.repeat(257), 'a#b', '😀'])('the tag value %j is refused', (value) => {
  expect(findingsOf(['tags:', `  k: "${value}"`])).toEqual([`error tags estate.yaml:5:12 ${SET}.tags.k`]);
});
