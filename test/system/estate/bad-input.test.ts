import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { assigned, MANAGEMENT, memoryFolder, organizationText, planOf, report } from '../../support/estate-files';

const SMALL = 'access:\n  permissionSets: [{ name: Admin }]\n  grants: []\n';

describe('an estate file that is no mapping', () => {
  const empty =
    "error empty-estate estate.yaml:1:1: the file describes nothing (at least one section: 'workforce', 'access', 'emergency', 'customers', 'azure', 'pipeline', 'hosting')";
  const mapping = '(expected a mapping)';
  test.each([
    ['empty', '', empty],
    ['white space', ' \n\n', empty],
    ['comments alone', '# soon\n# more\n', empty],
    [
      'an empty mapping',
      '{}\n',
      "error empty-estate estate.yaml:1:1: the file describes nothing (at least one section: 'workforce', 'access', 'emergency', 'customers', 'azure', 'pipeline', 'hosting')",
    ],
    ['null', 'null\n', empty],
    ['a list', '- a\n- b\n', `error invalid-value estate.yaml:1:1: has the wrong type ${mapping}`],
    ['a word', 'hello\n', `error invalid-value estate.yaml:1:1: "hello" has the wrong type ${mapping}`],
    ['a number', '42\n', `error invalid-value estate.yaml:1:1: 42 has the wrong type ${mapping}`],
  ])('%s', (_, text, expected) => {
    const plan = planOf(text);
    expect(report(plan)).toEqual([expected]);
    expect(plan.access).toBeUndefined();
  });

  test('missing', () => {
    expect(report(planEstate(memoryFolder({})))).toEqual([
      'error estate-file estate.yaml:1:1: there is no such file (an estate file; `npx --no entra-aws docs access-guide` shows how to begin one)',
    ]);
  });
});

describe('keys and types', () => {
  test.each([
    [
      'a section',
      `acess: {}\n${SMALL}`,
      "error unknown-key estate.yaml:1:1 acess: unknown key 'acess' (did you mean 'access'?)",
    ],
    [
      'a key whose value is on the next line',
      `${SMALL}  permisionSets:\n    - name: B\n`,
      "error unknown-key estate.yaml:4:3 access.permisionSets: unknown key 'permisionSets' (did you mean 'permissionSets'?)",
    ],
    [
      'a key of an item',
      'access:\n  permissionSets: [{ name: A, sesionDuration: PT1H }]\n  grants: []\n',
      "error unknown-key estate.yaml:2:31 access.permissionSets[0].sesionDuration: unknown key 'sesionDuration' (did you mean 'sessionDuration'?)",
    ],
    [
      'a key that nothing is near to',
      'workforce: { groups: [], zzzzzz: 1 }\n',
      "error unknown-key estate.yaml:1:26 workforce.zzzzzz: unknown key 'zzzzzz' (known keys: 'tenantId', 'groups', 'awsApplication', 'alarms', 'leavers')",
    ],
    [
      'a merge key',
      `${SMALL}  <<: { a: 1 }\n`,
      "error unknown-key estate.yaml:4:3 access[\"<<\"]: unknown key '<<' (known keys: 'deployFrom', 'identityCenter', 'attributes', 'policies', 'roleInventory', 'excludedAccounts', 'permissionSets', 'grants', 'applications', 'managedElsewhere')",
    ],
    [
      'a key with a line break',
      `${SMALL}"a\\nb": 1\n`,
      "error unknown-key estate.yaml:4:1 [\"a\\nb\"]: unknown key 'a\\u000ab' (known keys: 'apiVersion', 'workforce', 'access', 'emergency', 'customers', 'azure', 'pipeline', 'hosting')",
    ],
  ])('unknown: %s', (_, text, expected) => {
    expect(report(planOf(text))).toEqual([expected]);
  });

  test.each([
    ['access:\n', '1:8 access: null has the wrong type (expected a mapping)'],
    ['access: []\n', '1:9 access: has the wrong type (expected a mapping)'],
    ['workforce: { groups: x }\n', '1:22 workforce.groups: "x" has the wrong type (expected a list)'],
    ['workforce: { groups: [x] }\n', '1:23 workforce.groups[0]: "x" has the wrong type (expected a mapping)'],
    [
      'workforce: { groups: [{ name: 12 }] }\n',
      '1:31 workforce.groups[0].name: 12 has the wrong type (expected a string; put numbers, dates and yes/no in quotes)',
    ],
    [
      'access:\n  permissionSets: [{ name: A, sessionDuration: 3600 }]\n  grants: []\n',
      '2:48 access.permissionSets[0].sessionDuration: 3600 has the wrong form (a text such as PT1H)',
    ],
    ['workforce: { groups: [{ name: "" }] }\n', '1:31 workforce.groups[0].name: "" is empty'],
    [
      'workforce: { groups: [{ name: A, adopt: yes }] }\n',
      '1:41 workforce.groups[0].adopt: "yes" has the wrong form ({ id: <object id> }, or false)',
    ],
    [
      `${SMALL}  deployFrom: managment\n`,
      '4:15 access.deployFrom: "managment" is not one of the allowed values (management, delegated-admin)',
    ],
    [
      'access:\n  permissionSets: [{ name: A, tags: { a: 1 } }]\n  grants: []\n',
      '2:42 access.permissionSets[0].tags.a: 1 is not a string: put it in quotes',
    ],
    [
      'access:\n  permissionSets: [{ name: A, inlinePolicy: text }]\n  grants: []\n',
      '2:45 access.permissionSets[0].inlinePolicy: "text" has the wrong type (expected a mapping)',
    ],
  ])('%j is refused', (text, expected) => {
    expect(report(planOf(text))).toEqual([`error invalid-value estate.yaml:${expected}`]);
  });

  test.each([
    ['access: { grants: [] }\n', "1:9 access.permissionSets: 'permissionSets' is missing (expected a list)"],
    ['workforce: {}\n', "1:12 workforce.groups: 'groups' is missing (expected a list)"],
    [
      'workforce: { groups: [{ adopt: true }] }\n',
      "1:23 workforce.groups[0].name: 'name' is missing (expected a string; put numbers, dates and yes/no in quotes)",
    ],
  ])('%j lacks a key', (text, expected) => {
    expect(report(planOf(text))).toEqual([`error missing-key estate.yaml:${expected}`]);
  });
});

describe('selectors that are none', () => {
  const PLACE = 'access.grants[0].accounts.include[0]';
  test.each([
    ['{}', `3:81 ${PLACE}: names no accounts (exactly one of ou, id, name, tags, all)`],
    ['{ ou: /, all: true }', `3:81 ${PLACE}: mixes ou and all (exactly one of ou, id, name, tags, all)`],
    ['{ name: app, descendants: true }', `3:81 ${PLACE}: has descendants but no ou (descendants goes with ou)`],
    ['{ tags: {} }', `3:89 ${PLACE}.tags: is empty (at least one tag; all: true for every account)`],
    ['{ all: false }', `3:88 ${PLACE}.all: false is not one of the allowed values (true)`],
    [
      '{ id: 100000000001 }',
      `3:87 ${PLACE}.id: 100000000001 has the wrong type (expected a string; put numbers, dates and yes/no in quotes)`,
    ],
    ['{ id: "10000000001" }', `3:87 ${PLACE}.id: "10000000001" is not a valid account id (12 digits in quotes)`],
    ['{ ou: "" }', `3:87 ${PLACE}.ou: "" is empty`],
    ['{ tags: { env: true } }', `3:96 ${PLACE}.tags.env: true is not a string: put it in quotes`],
    ['app', `3:81 ${PLACE}: "app" has the wrong type (expected a mapping)`],
  ])('%s', (selector, expected) => {
    const text = `access:\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: Developers, permissionSets: [Admin], accounts: { include: [ ${selector} ] } }]\n`;
    expect(report(planOf(text))).toEqual([`error invalid-value estate.yaml:${expected}`]);
  });

  test('an empty include selects nothing by mistake, and is refused', () => {
    const text = `access:\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: Developers, permissionSets: [Admin], accounts: { include: [] } }]\n`;
    expect(report(planOf(text))).toEqual([
      'error invalid-value estate.yaml:3:79 access.grants[0].accounts.include: is empty',
    ]);
  });
});

describe('several faults at once', () => {
  test('a schema fault in one item and semantic faults in others are all reported, each once', () => {
    const text = `workforce:
  groups:
    - { name: Developers, adopt: maybe }
    - { name: Analysts }
access:
  attributes:
    - { key: a }
    - { key: aws:b, source: '\${path:title}' }
  permissionSets:
    - { name: Admin, sessionDuration: PT13H }
    - { name: Broken, sessionDuration: 8 }
    - { nmae: Nameless }
    - { name: a b }
  grants:
    - { group: Developers, permissionSets: [Admin, Broken, Nameless], accounts: { include: [{ ou: /Nope }] } }
    - { group: Analysts, permissionSets: [Admin], accounts: { include: [] } }
    - { group: Nobody, permissionSets: [Admin], accounts: { include: [{ name: app }] } }
`;
    expect(report(planOf(text)).map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'error invalid-value estate.yaml:3:34 workforce.groups[0].adopt:',
      'error missing-key estate.yaml:7:7 access.attributes[0].source:',
      'error attribute-key estate.yaml:8:14 access.attributes[1].key:',
      'error session-duration estate.yaml:10:39 access.permissionSets[0].sessionDuration:',
      'error invalid-value estate.yaml:11:40 access.permissionSets[1].sessionDuration:',
      'error missing-key estate.yaml:12:7 access.permissionSets[2].name:',
      'error unknown-key estate.yaml:12:9 access.permissionSets[2].nmae:',
      'error permission-set-name estate.yaml:13:15 access.permissionSets[3].name:',
      'error unknown-ou estate.yaml:15:99 access.grants[0].accounts.include[0].ou:',
      'error invalid-value estate.yaml:16:72 access.grants[1].accounts.include:',
      'error unknown-group estate.yaml:17:16 access.grants[2].group:',
    ]);
  });

  const grant = '{ group: Testers, permissionSets: [Audit], accounts: { include: [{ name: app }] } }';
  test.each([
    {
      what: 'a misspelt section',
      workforce: `worforce: { groups: [{ name: Testers }] }\n`,
      sets: '[{ name: Audit }]',
      code: 'unknown-key',
    },
    {
      what: 'a section of the wrong type',
      workforce: `workforce: [Testers]\n`,
      sets: '[{ name: Audit }]',
      code: 'invalid-value',
    },
    {
      what: 'a list of the wrong type',
      workforce: `workforce: { groups: { name: Testers } }\n`,
      sets: '[{ name: Audit }]',
      code: 'invalid-value',
    },
    {
      what: 'groups that are mere names',
      workforce: `workforce: { groups: [Testers] }\n`,
      sets: '[{ name: Audit }]',
      code: 'invalid-value',
    },
    {
      what: 'sets of the wrong type',
      workforce: `workforce: { groups: [{ name: Testers }] }\n`,
      sets: '{ name: Audit }',
      code: 'invalid-value',
    },
  ])('$what makes no reference to what it holds dangling', ({ workforce, sets, code }) => {
    const plan = planOf(`${workforce}access:\n  permissionSets: ${sets}\n  grants: [${grant}]\n`);
    const errors = plan.findings.filter((finding) => finding.severity === 'error').map((finding) => finding.code);
    expect(errors).toEqual([code]);
  });

  test('a faulty key leaves the rest of its section standing', () => {
    const plan = planOf(
      `access:\n  deployFrom: x\n  attributes: 5\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: Developers, permissionSets: [Admin], accounts: { include: [{ name: app }] } }]\n`,
    );
    expect(plan.findings.map((finding) => finding.path)).toEqual(['access.deployFrom', 'access.attributes']);
    expect(assigned(plan)).toEqual(['Developers has Admin in app']);
  });

  test('faults of all three files are reported together, sorted by file', () => {
    const plan = planOf('access:\n  permissionSets: [{ name: a b }]\n  grants: []\n', undefined, {
      'organization.json': organizationText({
        accounts: [MANAGEMENT, { id: '100000000001', name: 'lost', ou: '/Nowhere' }],
      }),
      'placement.lock.json': '{"version": 9}',
    });
    expect(plan.findings.map((finding) => finding.code)).toEqual([
      'permission-set-name',
      'account-in-no-ou',
      'placement-version',
    ]);
  });
});

describe('names of all kinds', () => {
  const names = [
    "O'Brien",
    'say "hi"',
    '😀 team',
    'toString',
    'a\\b',
    ' padded ',
    'tab\there',
    'ünï',
    '*',
    '__proto__',
  ];
  test.each(names)('a group and an account called %j work like others', (name) => {
    const text = `access:\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: ${JSON.stringify(name)}, permissionSets: [Admin], accounts: { include: [{ id: '100000000001' }] } }]\n`;
    const plan = planOf(text, { accounts: [MANAGEMENT, { id: '100000000001', name }], groups: [name] });
    expect(report(plan)).toEqual([]);
    expect(assigned(plan)).toEqual([`${name} has Admin in ${name}`]);
  });
});

describe('organization.json', () => {
  const text = organizationText({ accounts: [MANAGEMENT] });
  test.each([
    [
      'truncated',
      text.slice(0, 200),
      /^error json-syntax organization\.json:\d+:\d+: ends too early: the file is truncated/,
    ],
    ['empty', '', /^error json-syntax organization\.json:1:1: is empty/],
    ['a list', '[]', /^error invalid-value organization\.json:1:1: has the wrong type \(expected a mapping\)$/],
    ['null', 'null', /^error invalid-value organization\.json:1:1: null has the wrong type \(expected a mapping\)$/],
    ['a number', '1e999', /^error invalid-value organization\.json:1:1: Infinity has the wrong type/],
  ])('%s', (_, content, expected) => {
    const plan = planOf(SMALL, undefined, { 'organization.json': content });
    expect(plan.findings).toHaveLength(1);
    expect(report(plan)[0]).toMatch(expected);
    expect(plan.access).toBeUndefined();
  });

  test('missing', () => {
    expect(report(planOf(SMALL, undefined, { 'organization.json': { kind: 'missing' } }))).toEqual([
      'error organization-file organization.json:1:1: there is no such file (npx --no entra-aws snapshot writes it)',
    ]);
  });
});

describe('placement.lock.json', () => {
  const GRANTED =
    'access:\n  permissionSets: [{ name: Admin }]\n  grants: [{ group: Developers, permissionSets: [Admin], accounts: { include: [{ name: app }] } }]\n';
  const key = '100000000001/Admin/aaaaaaaa-0000-4000-8000-000000000000';
  const stateOf = (content?: string): unknown => {
    const plan = planOf(GRANTED, undefined, content === undefined ? {} : { 'placement.lock.json': content });
    return { state: plan.access?.placement.state, findings: report(plan) };
  };
  const lock = (...access: readonly string[]): string => JSON.stringify({ version: 2, stacks: { access } });

  test('missing, stale and fresh are told apart', () => {
    expect(stateOf()).toEqual({ state: 'missing', findings: [] });
    expect(stateOf(lock())).toEqual({ state: 'stale', findings: [] });
    expect(stateOf(lock(`${key} 1.1`, `${key.replace('Admin', 'Gone')} 1.1`))).toEqual({
      state: 'stale',
      findings: [],
    });
    expect(stateOf(lock(`${key} 4.1`))).toEqual({ state: 'fresh', findings: [] });
  });

  test('missing is fresh where there is nothing to place', () => {
    expect(planOf(SMALL).access?.placement.state).toBe('fresh');
  });

  test.each([
    [
      '{',
      'json-syntax placement.lock.json:1:2: ends too early: the file is truncated (valid JSON; version control has the last good state)',
    ],
    [
      '{\n<<<<<<< HEAD\n}',
      'placement-conflict placement.lock.json:1:1: has conflict markers of a merge, and what is between them was edited (take the file of the main branch (git checkout --theirs, or --ours, -- placement.lock.json) and run npx --no entra-aws preview)',
    ],
    [
      '{"version": 3}',
      'placement-version placement.lock.json:1:13 version: 3 is a newer version of this file than this program reads (version 2; update entra-aws-identity)',
    ],
    ['{"version": 2}', "missing-key placement.lock.json:1:1 stacks: 'stacks' is missing (expected a mapping)"],
    [
      lock('x'),
      'invalid-value placement.lock.json:1:34 stacks.access[0]: "x" is not a valid line (account id/permission set/principal id, shard.lane)',
    ],
    [
      lock(`${key} 1.1`, `${key} 2.1`),
      `placement-duplicate placement.lock.json:1:96 stacks.access[1]: "${key}" stands in shard 1 and in shard 2 (each assignment once, in the shard where it is deployed; npx --no entra-aws preview keeps that of the main branch)`,
    ],
  ])('%j is refused', (content, expected) => {
    expect(stateOf(content)).toMatchObject({ findings: [`error ${expected}`] });
  });

  test('a file that can not be read is refused', () => {
    const refused = { kind: 'refused', problem: "can't be read (EACCES)", allowed: 'a readable file' } as const;
    expect(report(planOf(GRANTED, undefined, { 'placement.lock.json': refused }))).toEqual([
      "error placement-file placement.lock.json:1:1: can't be read (EACCES) (a readable file)",
    ]);
  });
});

describe('policy files', () => {
  const estate = (file: string): string =>
    `access:\n  permissionSets: [{ name: A, inlinePolicyFile: ${JSON.stringify(file)} }]\n  grants: []\n`;
  const PLACE = 'estate.yaml:2:49 access.permissionSets[0].inlinePolicyFile:';

  test.each(['../x.json', '/etc/passwd', 'a/../../x', 'a\\..\\x', 'C:/x', 'x\0', '.', './x.json', 'a/..'])(
    '%j leaves the folder',
    (file) => {
      expect(report(planOf(estate(file)))).toEqual([
        `error inline-policy-file ${PLACE} ${JSON.stringify(file)} leaves the estate's folder (a path such as policies/network.json, relative to the folder and inside it)`,
      ]);
    },
  );

  test.each([
    ['x.json', {}, '"x.json" does not exist (a JSON file in estates/demo)'],
    [
      'x.json',
      { 'x.json': '[]' },
      '"x.json" does not contain a policy document (a JSON object with Version and Statement)',
    ],
    [
      'x.json',
      { 'x.json': 'null' },
      '"x.json" does not contain a policy document (a JSON object with Version and Statement)',
    ],
  ])('%s with %j', (file, files, expected) => {
    const [finding = ''] = report(planOf(estate(file), undefined, files));
    expect(finding).toBe(`error inline-policy-file ${PLACE} ${expected}`);
  });

  test('a fault inside the file is reported at its own place, once for two sets that share it', () => {
    const text =
      'access:\n  permissionSets: [{ name: A, inlinePolicyFile: p/x.json }, { name: B, inlinePolicyFile: p/x.json }]\n  grants: []\n';
    expect(report(planOf(text, undefined, { 'p/x.json': '{\n  "Version": "2012-10-17",\n}' }))).toEqual([
      'error json-syntax p/x.json:3:1: is not valid JSON: unexpected "}" (valid JSON; version control has the last good state)',
    ]);
  });

  test('a policy stands in the estate or in a file, not in both', () => {
    const text = `access:\n  permissionSets: [{ name: A, inlinePolicyFile: x.json, inlinePolicy: { Version: '2012-10-17', Statement: [{ Effect: Deny, Action: 's3:GetObject', Resource: '*' }] } }]\n  grants: []\n`;
    expect(report(planOf(text))).toEqual([
      `error inline-policy-file ${PLACE} "x.json" can't be combined with inlinePolicy (one of inlinePolicy and inlinePolicyFile)`,
    ]);
  });
});

describe('on disk', () => {
  let root = '';
  let folder = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'estates-'));
    folder = join(root, 'demo');
    mkdirSync(folder);
    writeFileSync(join(folder, 'estate.yaml'), SMALL);
    writeFileSync(join(folder, 'organization.json'), organizationText({ accounts: [MANAGEMENT] }));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const findings = (): readonly string[] => report(planEstate({ ...diskFolder(root, 'demo'), label: 'estates/demo' }));

  const sparse = (name: string, bytes: number): void => {
    const file = openSync(join(folder, name), 'w');
    ftruncateSync(file, bytes);
    closeSync(file);
  };

  test('a sound estate has no finding', () => {
    expect(findings()).toEqual([]);
  });

  test('a file of 100 MB is refused by its size, without reading it', () => {
    sparse('estate.yaml', 100_000_000);
    const before = process.memoryUsage().rss;
    expect(findings()).toEqual(['error estate-file estate.yaml:1:1: the file has 100000000 bytes (at most 64000000)']);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  test('a file that is not UTF-8 is refused', () => {
    writeFileSync(join(folder, 'estate.yaml'), Buffer.from('access: caf\xe9', 'latin1'));
    expect(findings()).toEqual([
      'error estate-file estate.yaml:1:1: the file is not UTF-8 (UTF-8, with or without a byte order mark)',
    ]);
    writeFileSync(join(folder, 'estate.yaml'), Buffer.from(`\uFEFF${SMALL}`, 'utf16le'));
    expect(findings()).toHaveLength(1);
  });

  test('a byte order mark and CRLF are no fault', () => {
    writeFileSync(join(folder, 'estate.yaml'), `\uFEFF${SMALL.replaceAll('\n', '\r\n')}`);
    expect(findings()).toEqual([]);
  });

  const withPolicy = (file: string): void => {
    writeFileSync(
      join(folder, 'estate.yaml'),
      `access:\n  permissionSets: [{ name: A, inlinePolicyFile: ${file} }]\n  grants: []\n`,
    );
  };

  test.each([
    ['a link out of the folder', 'link.json', "is a link that leaves the estate's folder (a file inside the folder)"],
    [
      'a link into a folder whose name begins alike',
      'near.json',
      "is a link that leaves the estate's folder (a file inside the folder)",
    ],
    ['a link to itself', 'loop.json', "can't be read (ELOOP) (a readable file)"],
    ['a folder', 'folder', 'is not a regular file (a file)'],
    ['a pipe', 'pipe', 'is not a regular file (a file)'],
    ['a link that leads nowhere', 'broken.json', 'does not exist (a JSON file in estates/demo)'],
  ])('%s is refused as a policy file', (_, file, expected) => {
    writeFileSync(join(root, 'outside.json'), '{}');
    mkdirSync(join(root, 'demo2'));
    writeFileSync(join(root, 'demo2', 'x.json'), '{}');
    symlinkSync(join(root, 'outside.json'), join(folder, 'link.json'));
    symlinkSync(join(root, 'demo2', 'x.json'), join(folder, 'near.json'));
    symlinkSync('loop.json', join(folder, 'loop.json'));
    symlinkSync('nowhere.json', join(folder, 'broken.json'));
    mkdirSync(join(folder, 'folder'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
    withPolicy(file);
    const [finding = ''] = findings();
    expect(finding).toBe(
      `error inline-policy-file estate.yaml:2:49 access.permissionSets[0].inlinePolicyFile: "${file}" ${expected}`,
    );
  });

  test('a link inside the folder is followed', () => {
    mkdirSync(join(folder, 'policies'));
    writeFileSync(
      join(folder, 'policies', 'real.json'),
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}',
    );
    symlinkSync(join('policies', 'real.json'), join(folder, 'a.json'));
    withPolicy('a.json');
    expect(findings()).toEqual([]);
  });

  test('an estate that does not exist has one finding', () => {
    expect(report(planEstate({ ...diskFolder(root, 'none'), label: 'estates/none' }))).toEqual([
      'error estate-file estates/none/estate.yaml:1:1: there is no such file (an estate file; `npx --no entra-aws docs access-guide` shows how to begin one)',
    ]);
  });
});
