import { type Document, isMap, isScalar } from 'yaml';
import {
  checkVersion,
  type Conversion,
  CONVERSIONS,
  convertEstate,
  ESTATE_VERSION,
} from '../../../src/estate/source/versions';
import { MANAGEMENT, planOf, report } from '../../support/estate-files';

const ACCESS = 'access: { permissionSets: [], grants: [] }';
const findings = (version: string): readonly string[] =>
  report(planOf(`apiVersion: ${version}\n${ACCESS}`, { accounts: [MANAGEMENT] }));

/** A made-up change of form: the access section was called permissions, and grants had a key `who`. */
const RENAMED: Conversion = {
  from: 1,
  summary: 'permissions is called access',
  convert: ({ contents }: Document) => {
    for (const { key } of isMap(contents) ? contents.items : []) {
      if (isScalar(key) && key.value === 'permissions') key.value = 'access';
    }
  },
};
const SPLIT: Conversion = { from: 2, summary: 'nothing that this file has', convert: () => undefined };

test('an estate of this version, and one that says no version, have nothing to report', () => {
  expect(findings('entra-aws-identity/v1')).toEqual([]);
  expect(report(planOf(ACCESS, { accounts: [MANAGEMENT] }))).toEqual([]);
});

test('a newer estate is one error, which says which version of the package reads it', () => {
  expect(findings('entra-aws-identity/v2\nnewSection: {}')).toEqual([
    'error estate-version estate.yaml:1:13 apiVersion: "entra-aws-identity/v2" is a newer form of the estate file than this program reads (entra-aws-identity/v1; entra-aws-identity 2.0.0 or newer reads it: npm install @entra-aws-identity/cli@2, then npx --no entra-aws upgrade)',
  ]);
});

test.each(['entra-aws-identity/v0', 'entra-aws-identity/v01', 'v1', '1', 'entra-aws-identity/v1.5'])(
  'refuses %s as a version, and names the right one',
  (version) => {
    expect(findings(version)).toEqual([expect.stringMatching(/ apiVersion: .*\(entra-aws-identity\/v1\)$/)]);
  },
);

test('an older estate is one error, which says what converts it', () => {
  expect(checkVersion({ permissions: {} }, 2)).toMatchObject({
    code: 'estate-version',
    problem: 'is an older form of the estate file than this program reads',
    allowed: 'entra-aws-identity/v2; npx --no entra-aws upgrade converts the file and keeps its comments',
  });
  expect(checkVersion({ apiVersion: 'entra-aws-identity/v2' }, 2)).toBeUndefined();
});

test('conversions lead from version 1 to this one, one by one', () => {
  expect(CONVERSIONS.map(({ from }) => from)).toEqual(
    Array.from({ length: ESTATE_VERSION - 1 }, (_, index) => index + 1),
  );
  expect(convertEstate(ACCESS)).toBeUndefined();
});

describe('a conversion', () => {
  const older =
    '# Of the team.\n\n# Accounts.\npermissions: # who may do what\n  grants: [] # none yet\n\n# The end.\n';

  test('keeps comments, says the new version first, and can be done once', () => {
    const converted = convertEstate(older, [RENAMED, SPLIT]);
    expect(converted).toEqual({
      text: '# Of the team.\n\napiVersion: entra-aws-identity/v3\n# Accounts.\naccess:\n  # who may do what\n  grants: [] # none yet\n\n# The end.\n',
      summaries: ['permissions is called access', 'nothing that this file has'],
    });
    expect(convertEstate(converted?.text ?? older, [RENAMED, SPLIT])).toBeUndefined();
  });

  test('begins at the version that the file says', () => {
    const given = 'apiVersion: entra-aws-identity/v2 # ours\npermissions: {}\n';
    expect(convertEstate(given, [RENAMED, SPLIT])).toEqual({
      text: 'apiVersion: entra-aws-identity/v3 # ours\npermissions: {}\n',
      summaries: [SPLIT.summary],
    });
  });

  test('keeps the line endings of Windows', () => {
    const { text = '' } = convertEstate(older.replaceAll('\n', '\r\n'), [RENAMED]) ?? {};
    expect(text.split('\r\n')).toHaveLength(text.split('\n').length);
  });

  test('says the new version within the braces of a file that is all in them', () => {
    expect(convertEstate('{permissions: {}}\n', [RENAMED])?.text).toBe(
      '{access: {}, apiVersion: entra-aws-identity/v2}\n',
    );
  });

  test.each([
    ['an anchor that is not there', 'a: *b'],
    ['an anchor within itself', 'a: &a [*a]'],
    ['too many aliases', `a: &a [1, 2, 3]\nb: [${'*a, '.repeat(2000)}*a]`],
    ['too many brackets', '['.repeat(20_000)],
  ])('leaves a file with %s to the preview, which reports it', (_, text) => {
    expect(convertEstate(text, [RENAMED])).toBeUndefined();
  });

  test.each(['a: [', '[]', '', 'apiVersion: other\npermissions: {}', 'apiVersion: {}\npermissions: {}'])(
    'leaves %j alone',
    (text) => {
      expect(convertEstate(text, [RENAMED])).toBeUndefined();
    },
  );
});
