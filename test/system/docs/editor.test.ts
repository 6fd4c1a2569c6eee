import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { schemaOf, writeSchema } from '../../../src/cli/program/editor-schema';
import { MISTAKES, mistaken } from '../../support/estate-mistakes';
import { changed } from '../../support/entra-estate';
import { type LanguageServer, type Offer, startLanguageServer } from '../../support/language-server';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { REPOSITORY, SANDBOX } from '../../support/repository';
import { describeWithTool, packagesOf } from '../../support/tools';

const sandbox = readFileSync(join(SANDBOX, 'estate.yaml'), 'utf8');
/** Further keys, in estates that name no schema, or that of the package. */
const OTHERS = ['estates/blog', 'test/estates/external'].map((folder) =>
  readFileSync(join(REPOSITORY, folder, 'estate.yaml'), 'utf8'),
);
const MODELINE = '# yaml-language-server: $schema=../estate.schema.json\n';

let root: string;
let estates: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'editor-'));
  estates = join(root, 'estates');
  cpSync(SANDBOX, join(estates, 'sandbox'), { recursive: true });
  await writeSchema(estates);
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

describeWithTool({ ...packagesOf('system'), title: 'in yaml-language-server' }, () => {
  let server: LanguageServer;
  let opened = 0;

  beforeAll(async () => {
    server = await startLanguageServer();
  });

  afterAll(() => {
    server.end();
  });

  const open = async (text: string) => {
    const uri = pathToFileURL(join(estates, 'sandbox', `text-${(opened += 1)}.yaml`)).href;
    return { uri, shown: await server.open(uri, text) };
  };

  test.each([sandbox, ...OTHERS])('shows nothing of a sound estate (%#)', async (text) => {
    expect((await open(`${MODELINE}${text}`)).shown).toEqual([]);
  });

  test('shows each key by its name and meaning, in few lines', async () => {
    const seen = new Set<string>();
    for (const text of [sandbox, ...OTHERS].map((one) => `${MODELINE}${one}`)) {
      const { uri } = await open(text);
      for (const { key, at } of keysOf(text)) {
        const shown = await server.hover(uri, at);
        expect({ key, isShort: shown.split('\n').length < 20 }).toEqual({ key, isShort: true });
        expect(shown).toMatch(new RegExp(String.raw`^#### ${key}( \|\| ${key})*\n\n(?!Source: )`));
        seen.add(key);
      }
    }
    expect(seen.size).toBeGreaterThan(130);
  });

  test('begins the customers with a directory that is sold', async () => {
    const { uri } = await open(`${MODELINE}cust\n`);
    const found = (await server.offers(uri, { line: 1, character: 4 })).find(({ label }) => label === 'customers');
    expect(found?.insertText).toContain('directoryType: ${1:external-id}');
  });

  test.each(MISTAKES)('shows $title in a short sentence', async ({ isBetweenPlaces = false, ...mistake }) => {
    const { shown } = await open(mistaken(sandbox, mistake));
    expect(shown.length > 0).toBe(!isBetweenPlaces);
    for (const { message } of shown) expect(message.length).toBeLessThan(300);
  });

  test.each(COMPLETED())('offers $label, which stands as it is inserted: $from', async ({ from, to, label }) => {
    const [before = '', after = ''] = changed(sandbox, from, to).split('|>');
    const { uri } = await open(before + after);
    const lines = before.split('\n');
    const at = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const offers = await server.offers(uri, at);
    const offer = offers.find((one) => one.label === label);
    expect(offers.map((one) => one.label)).toContain(label);
    if (offer === undefined) return;
    const { text, empty } = inserted([before, after], offer);
    const shown = (await open(text)).shown.filter(({ range }) => !empty.has(range.start.line));
    expect(shown).toEqual([]);
  });
});

interface Key {
  readonly key: string;
  readonly at: { readonly line: number; readonly character: number };
}

/** Keys of a text, but those that people choose: of tags, and of a policy's conditions. */
function keysOf(text: string): readonly Key[] {
  const lines = new LineCounter();
  const found: Key[] = [];
  visit(parseDocument(text, { lineCounter: lines }), {
    Pair(_, { key, value }) {
      if (!isScalar(key) || typeof key.value !== 'string' || !key.range) return undefined;
      const { line, col } = lines.linePos(key.range[0]);
      found.push({ key: key.value, at: { line: line - 1, character: col - 1 } });
      return /^(tags|Condition)$/.test(key.value) && isMap(value) ? visit.SKIP : undefined;
    },
  });
  return found;
}

/** The text with what an editor inserts at a cursor, and the lines that it leaves for a person to fill in. */
function inserted([before, after]: readonly [string, string], { textEdit, insertText }: Offer) {
  const { newText = insertText, range } = textEdit ?? {};
  const line = before.split('\n').length - 1;
  const start =
    range === undefined
      ? before.replace(/\w*$/, '')
      : before.slice(0, before.lastIndexOf('\n') + 1 + range.start.character);
  const rest =
    range === undefined ? after : after.slice(range.end.character - (before.length - before.lastIndexOf('\n') - 1));
  const lines = newText.split('\n');
  const empty = lines.flatMap((one, index) => (/\$\d|\$\{\d+\}|[:-] *$/.test(one) ? [line + index] : []));
  const plain = newText
    .replaceAll(/\$\{\d+:([^}]*)\}/g, '$1')
    .replaceAll(/\$\d+|\$\{\d+\}/g, '')
    .replaceAll(/\\([\\$}])/g, '$1');
  return { text: start + plain + rest, empty: new Set(empty) };
}

/** Places, marked by `|>`, and what is offered there. */
function COMPLETED() {
  const grant = '    - group: Network Operators\n';
  const policy = '- job-function/NetworkAdministrator';
  return [
    { from: 'azure:', to: 'emer|>\nazure:', label: 'emergency' },
    {
      from: sandbox.slice(sandbox.indexOf('customers:'), sandbox.indexOf('azure:')),
      to: 'cust|>\n',
      label: 'customers',
    },
    { from: 'group: Network Operators', to: 'group: |>', label: 'Data Analysts' },
    { from: 'permissionSets: [NetworkOperator]', to: 'permissionSets:\n        - |>', label: 'SecurityAudit' },
    { from: policy, to: '- |>', label: 'AdministratorAccess' },
    { from: policy, to: '- |>', label: 'job-function/ViewOnlyAccess' },
    { from: "- id: '210000000010'", to: '- id: |>', label: '210000000002' },
    { from: '- name: claims-dev', to: '- name: |>', label: 'insurance-management' },
    { from: '- ou: /Sandbox', to: '- ou: |>', label: '/Workloads/Production' },
    { from: '- ou: /Sandbox', to: '- |>', label: 'all' },
    { from: '- ou: /Sandbox', to: '- |>', label: 'ou' },
    { from: 'region: eu-west-1', to: 'region: |>', label: 'eu-central-1' },
    { from: 'rule: IdentityCenter-IC5', to: 'rule: |>', label: 'IdentityCenter-IC5' },
    { from: 'deployFrom: management', to: 'deployFrom: |>', label: 'delegated-admin' },
    { from: 'sessionDuration: PT8H', to: 'sessionDuration: |>', label: 'PT8H' },
    { from: 'sessionDuration: PT8H', to: 'sessionD|>', label: 'sessionDuration' },
    { from: '        - id: surname', to: '        - id: |>', label: 'city' },
    { from: 'claims: [displayName, emails,', to: 'claims: [displayName, |>,', label: 'identityProvider' },
    {
      from: 'identityProviders: [EmailPassword-OAUTH]',
      to: 'identityProviders:\n        - |>',
      label: 'EmailPassword-OAUTH',
    },
    { from: 'Effect: Allow', to: 'Effect: |>', label: 'Deny' },
    { from: "Version: '2012-10-17'", to: 'Version: |>', label: '2012-10-17' },
    { from: 'use: signIn', to: 'use: |>', label: 'signIn' },
    { from: 'environment: sandbox', to: 'environment: |>', label: 'production' },
    { from: 'gracePeriod: P30D', to: 'gracePeriod: |>', label: 'P30D' },
    { from: "account: '210000000001'", to: 'account: |>', label: '210000000001' },
    { from: 'gracePeriod: P30D', to: 'gracePeriod: P30D\n    schedule: |>', label: 'weekly' },
    { from: 'location: Europe', to: 'location: |>', label: 'Asia Pacific' },
    { from: 'require: mfa', to: 'require: |>', label: 'phishing-resistant' },
    {
      from: 'assignedGroups:\n      - Network Operators',
      to: 'assignedGroups:\n      - |>',
      label: 'Network Operators',
    },
    { from: '    saml:\n', to: '    saml:\n      nameId: |>\n', label: 'mail' },
    { from: grant, to: `    - |>\n${grant}`, label: 'group' },
  ] as const;
}

describeWithPython('in check-jsonschema', () => {
  test('passes what the preview passes, and shows each mistake that a schema can show', () => {
    const python = pythonEnvironment();
    if (!python.ok) throw new Error(python.reason);
    const folder = mkdtempSync(join(root, 'checked-'));
    const write = (name: string, text: string): string => {
      const path = join(folder, `${name}.yaml`);
      writeFileSync(path, text);
      return path;
    };
    const sound = [sandbox, ...OTHERS].map((text, index) => write(`sound-${index}`, text));
    const faulty = MISTAKES.map((mistake, index) => write(`mistake-${index}`, mistaken(sandbox, mistake)));
    const args = ['--schemafile', schemaOf(estates).path, '--output-format', 'json', ...sound, ...faulty];
    const { stdout } = spawnSync(python.bin('check-jsonschema'), args, { encoding: 'utf8' });
    const { errors, parse_errors: unparsed } = JSON.parse(stdout) as Record<
      string,
      readonly { readonly filename: string }[]
    >;
    const found = new Set([...(errors ?? []), ...(unparsed ?? [])].map(({ filename }) => filename));
    expect(sound.filter((path) => found.has(path))).toEqual([]);
    const missed = MISTAKES.filter((_, index) => !found.has(faulty[index] ?? ''));
    expect(missed.map(({ title }) => title)).toEqual(
      MISTAKES.filter(({ isBetweenPlaces = false }) => isBetweenPlaces).map(({ title }) => title),
    );
  });
});
