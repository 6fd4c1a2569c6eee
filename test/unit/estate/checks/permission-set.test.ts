import { planOf, report } from '../../../support/estate-files';

/** Findings of an estate with one permission set; its name is on line 3, the rest from line 4. */
function findingsOf(lines: readonly string[], name = 'Admin'): readonly string[] {
  const rest = lines.map((line) => `      ${line}\n`).join('');
  return report(planOf(`access:\n  permissionSets:\n    - name: ${name}\n${rest}  grants: []\n`));
}

const SET = 'access.permissionSets[0]';

test.each(['A', 'a'.repeat(32), 'Network_Operator+=,.@-9'])('the name %s is accepted', (name) => {
  expect(findingsOf([], name)).toEqual([]);
});

test.each(['a'.repeat(33), 'two words', 'a/b', 'Größe', '😀', "it's"])('the name %s is refused', (name) => {
  expect(findingsOf([], JSON.stringify(name))).toEqual([
    `error permission-set-name estate.yaml:3:13 ${SET}.name: "${name}" is not a valid permission set name (1 to 32 letters, digits and +=,.@_-)`,
  ]);
});

test.each(['PT1H', 'PT60M', 'PT3600S', 'PT12H', 'PT11H59M60S'])('a session of %s is accepted', (duration) => {
  expect(findingsOf([`sessionDuration: ${duration}`])).toEqual([]);
});

test.each([
  ['PT30M', 'is shorter than 1 hour'],
  ['PT59M59S', 'is shorter than 1 hour'],
  ['PT13H', 'is longer than 12 hours'],
  ['PT12H1S', 'is longer than 12 hours'],
  ['P1D', 'is not a valid ISO 8601 duration of hours and minutes'],
  ['8 hours', 'is not a valid ISO 8601 duration of hours and minutes'],
])('a session of %s is refused', (duration, problem) => {
  expect(findingsOf([`sessionDuration: ${duration}`])).toEqual([
    `error session-duration estate.yaml:4:24 ${SET}.sessionDuration: "${duration}" ${problem} (PT1H to PT12H)`,
  ]);
});

test.each(['x', 'x'.repeat(700), 'Größe, naïve: é ÿ ¡', 'a\\tb\\nc'])(
  'the description %s is accepted',
  (description) => {
    expect(findingsOf([`description: "${description}"`])).toEqual([]);
  },
);

test.each([
  ['', 'is empty'],
  ['x'.repeat(701), 'is 701 characters long'],
])('a description of another length is refused (%#)', (description, problem) => {
  const shown = description === '' ? '""' : `"${'x'.repeat(79)}…`;
  expect(findingsOf([`description: "${description}"`])).toEqual([
    `error description-length estate.yaml:4:20 ${SET}.description: ${shown} ${problem} (1 to 700 characters)`,
  ]);
});

test.each([
  ['Ł', 'Ł'],
  ['5 €', '€'],
  ['dash –', '–'],
  ['rocket 🚀', '🚀'],
  ['no-break\\_space', '\u00a0'],
])('a description outside Latin-1 is refused and names the character: %s', (description, character) => {
  expect(findingsOf([`description: "${description}"`])).toEqual([
    `error description-characters estate.yaml:4:20 ${SET}.description: "${character}" is outside Latin-1 (characters of Latin-1 (ISO 8859-1))`,
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
  expect(findingsOf([`relayState: '${relayState}'`])).toEqual([
    `error relay-state estate.yaml:4:19 ${SET}.relayState: "${relayState}" is not a valid address in the AWS console (an https:// address)`,
  ]);
});

test('a relay state of 241 characters is refused', () => {
  expect(findingsOf([`relayState: https://${'x'.repeat(233)}`])).toEqual([
    `error relay-state estate.yaml:4:19 ${SET}.relayState: "https://${'x'.repeat(71)}… is 241 characters long (at most 240 characters)`,
  ]);
});

function tags(count: number): readonly string[] {
  return ['tags:', ...Array.from({ length: count }, (_, index) => `  k${index}: v`)];
}

test('fifty tags are accepted, one more is refused', () => {
  expect(findingsOf(tags(50))).toEqual([]);
  expect(findingsOf(tags(51))).toEqual([`error tags estate.yaml:5:9 ${SET}.tags: 51 tags (at most 50)`]);
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
  const shown = key.length > 80 ? `"${'k'.repeat(79)}…` : JSON.stringify(key);
  const [finding = ''] = findingsOf(['tags:', `  "${key}": v`]);
  expect(finding).toMatch(/^error tags estate\.yaml:5:/);
  expect(finding).toContain(
    `: ${shown} is not a valid tag key (1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:)`,
  );
});

test.each(['v'.repeat(257), 'a#b', '😀'])('the tag value %j is refused', (value) => {
  const shown = value.length > 80 ? `"${'v'.repeat(79)}…` : JSON.stringify(value);
  expect(findingsOf(['tags:', `  k: "${value}"`])).toEqual([
    `error tags estate.yaml:5:12 ${SET}.tags.k: ${shown} is not a valid tag value (at most 256 letters, digits, spaces and _.:/=+-@)`,
  ]);
});
