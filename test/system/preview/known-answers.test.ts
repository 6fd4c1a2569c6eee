import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type KnownAnswers, NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { AnswersOnDisk } from '../../../src/preview/engine/kept-answers';
import { ValidatorProcess } from '../../../stacks/validator-process';
import { previewOf, runKnownPrograms } from '../../../src/cli/preview/facts';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { addPrograms, gatherFacts } from '../../../src/preview/gather-facts';
import { renderHtml } from '../../../src/preview/render-html';
import { renderJson, renderMarkdown } from '../../../src/preview/render';
import { buildReport } from '../../../src/preview/report';
import { EXAMPLE_ESTATES, REPOSITORY } from '../../support/repository';
import { type EstateFiles, memoryFolder } from '../../support/large-estate';
import { edited, itemOf, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const NOW = new Date('2026-11-26T12:00:00Z');

const root = temporaryFolder();
const estates = join(root, 'estates');
cpSync(EXAMPLE_ESTATES, estates, { recursive: true });
const newFolder = (): string => mkdtempSync(join(root, 'case-'));
const open = (folder: string, version = '1'): KnownAnswers => new AnswersOnDisk({ folder, versions: [version] });

/** What a preview writes, compared with the sandbox before. */
async function preview(files: EstateFiles, known: KnownAnswers): Promise<readonly string[]> {
  const planned = gatherFacts(memoryFolder('sandbox', files), {
    synthesize: (plan, read) => synthesizeEstate(plan, { known, files: read }),
    writesPlacement: true,
    base: { folder: memoryFolder('sandbox', sandboxFiles()), revision: 'main', commit: '0'.repeat(40) },
  });
  const facts = await addPrograms(planned, (plan, read) =>
    runKnownPrograms(plan, { now: NOW, configOf: () => ({}), known, files: read }),
  );
  const report = buildReport(facts);
  return [renderJson(report), renderHtml(report), renderMarkdown(report)];
}

/** A grant is taken away. */
const changed = edited(sandboxFiles(), ({ access }) => {
  access.grants = access.grants.slice(1);
});

const otherGrant = edited(sandboxFiles(), ({ access }) => {
  itemOf(access.grants, ({ group }) => group === 'Network Operators').accounts.exclude = [{ ou: '/Security' }];
});
const otherSet = edited(sandboxFiles(), ({ access }) => {
  for (const set of access.permissionSets) set.sessionDuration = 'PT1H';
});

test('a preview is the same without answers, with those of the same estate, and with those of another one', async () => {
  const folder = newFolder();
  const without = [await preview(sandboxFiles(), NOTHING_KNOWN), await preview(changed, NOTHING_KNOWN)];
  const cold = await preview(sandboxFiles(), open(folder));
  const warm = await preview(sandboxFiles(), open(folder));
  const afterChange = await preview(changed, open(folder));
  const again = await preview(changed, open(folder));
  expect([cold, afterChange]).toEqual(without);
  expect([warm, again]).toEqual(without);
});

test.each([
  ['grant', otherGrant, ['stacks of access', 'all but the grants']],
  ['permission set', otherSet, ['stacks of access', 'all but the grants', 'template']],
])('for another %s nothing is found out that does not depend on it', async (_what, files, kinds) => {
  const known = open(newFolder());
  await preview(
    edited(sandboxFiles(), () => undefined),
    known,
  );
  const kept = jest.spyOn(known, 'keep');
  await preview(files, known);
  expect(new Set(kept.mock.calls.map(([{ kind }]) => kind))).toEqual(new Set(kinds));
});

test('the validator is started for other permission sets, and not for other grants', async () => {
  const known = open(newFolder());
  const file = join(estates, 'sandbox/estate.yaml');
  const original = readFileSync(file, 'utf8');
  const start = jest.spyOn(ValidatorProcess.prototype, 'start');
  const startsFor = async (text: string): Promise<boolean> => {
    start.mockClear();
    writeFileSync(file, text);
    await previewOf({ estates, name: 'sandbox', base: undefined, now: NOW, known });
    return start.mock.calls.length > 0;
  };
  expect(await startsFor(original)).toBe(true);
  expect(await startsFor(original.replace(/(?<=- ou: )\/Sandbox/, '/Security'))).toBe(false);
  expect(await startsFor(original.replace('sessionDuration: PT8H', 'sessionDuration: PT7H'))).toBe(true);
  writeFileSync(file, original);
});

test('answers of another version, and answers that are spoiled, are not taken', async () => {
  const folder = newFolder();
  const cold = await preview(sandboxFiles(), open(folder));
  const kept = readdirSync(folder);
  for (const name of kept) {
    const bytes = readFileSync(join(folder, name));
    writeFileSync(join(folder, name), bytes.subarray(0, bytes.length / 2));
  }
  expect(await preview(sandboxFiles(), open(folder))).toEqual(cold);
  expect(readdirSync(folder).toSorted()).toEqual(kept.toSorted());
  expect(await preview(sandboxFiles(), open(folder, '2'))).toEqual(cold);
  expect(readdirSync(folder)).toHaveLength(2 * kept.length);
});

async function start(...args: readonly string[]): Promise<string> {
  const command = [
    join(REPOSITORY, 'src/cli/entra-aws.cjs'),
    'preview',
    '--estates',
    estates,
    '--day',
    '2026-11-26',
    ...args,
  ];
  const env = { ...process.env, CI: undefined };
  const child = spawn(process.execPath, command, { cwd: REPOSITORY, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(0);
  return output;
}

test('the program gives the same with its cache, without it, and twice at once', async () => {
  const folders = [newFolder(), newFolder(), newFolder()];
  const [one = '', other = '', without = ''] = folders;
  await Promise.all([start('--out', one), start('--out', other)]);
  await start('--out', without, '--no-cache');
  const written = folders.map((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')));
  expect(written[0]).toHaveLength(3);
  expect(new Set(written.map((files) => JSON.stringify(files))).size).toBe(1);
});
