import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { Environments as ApiEnvironments } from '../../../apps/api/configuration';
import { Environments as WebEnvironments } from '../../../apps/web/configuration';
import { PAGE_ERRORS } from '../../../apps/web/http/page-error';
import { customers } from '../../../stacks/entra/customers';
import { customersEstate, customersSection, TENANT } from '../../support/customers-estate';
import { runProgram } from '../../support/pulumi-mocks';
import { REPOSITORY } from '../../support/repository';

const GUIDE = readFileSync(join(REPOSITORY, 'docs/application.md'), 'utf8');
const sectionOf = (title: string): string => GUIDE.split(/^## /m).find((section) => section.startsWith(title)) ?? '';

/** What an environment may have, by name. */
type Shape = Readonly<Record<string, ZodType>>;

/** Variables of a list: name, programs, source. */
function variablesOf(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^- (`\w+`) \(([\w, ]+)\): (.*)$/gm)].map((match) => match.slice(1));
}

const [b2cText = '', externalText = ''] = sectionOf('With a real tenant').split('In their place:');
const tenant = variablesOf(b2cText);
/** What External ID has in place of user flows. */
const dropped: readonly string[] = /so that (.*?) fall away/.exec(b2cText)?.[1]?.match(/`\w+`/g) ?? [];
const external = [...tenant.filter(([variable = '']) => !dropped.includes(variable)), ...variablesOf(externalText)];

test.each<[string, Shape, typeof tenant]>([
  ['API', ApiEnvironments.b2c.shape, tenant],
  ['web', WebEnvironments.b2c.shape, tenant],
  ['API', ApiEnvironments['external-id'].shape, external],
  ['web', WebEnvironments['external-id'].shape, external],
])('every variable that the %s needs has a source with a real tenant', (app, shape, rows) => {
  const needed = Object.entries(shape).filter(([, variable]) => !variable.safeParse(undefined).success);
  const given = rows.filter(([, apps = '']) => apps.split(', ').includes(app)).map(([variable]) => variable);
  expect(given).toEqual(expect.arrayContaining(needed.map(([name]) => `\`${name}\``)));
  const known = Object.keys(shape).map((name) => `\`${name}\``);
  expect(given.filter((variable) => !known.includes(variable ?? ''))).toEqual([]);
});

test('the outputs that are named are those of the customers program', async () => {
  const context = { now: new Date('2026-02-01T09:30:00Z'), warn: () => undefined };
  const config = { 'azuread:tenantId': TENANT };
  const { outputs } = await runProgram(() => customers(customersEstate(customersSection()), context), { config });
  const named = tenant.flatMap(([, , source = '']) =>
    [...source.matchAll(/output `([\w.]+)`/g)].map(([, path]) => path),
  );
  expect(named.length).toBeGreaterThan(10);
  const valueAt = (path = ''): unknown =>
    path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], outputs);
  expect(named.filter((path) => valueAt(path) === undefined)).toEqual([]);
});

test('the command for a session key makes one that the web takes', () => {
  const [, , source = ''] = tenant.find(([variable]) => variable === '`SESSION_KEYS`') ?? [];
  const script = /`node -p "(.*?)"`/.exec(source)?.[1] ?? '';
  const key = execFileSync(process.execPath, ['-p', script], { encoding: 'utf8' }).trim();
  expect(WebEnvironments.b2c.shape.SESSION_KEYS.safeParse(key).success).toBe(true);
});

test('every threat has a test that is named after its number', () => {
  const numbers = sectionOf('Threat model').match(/^\d+(?=\. )/gm) ?? [];
  expect(numbers).toEqual(Array.from({ length: 22 }, (_, index) => String(index + 1)));
  const tests = ['unit/apps', 'system/apps/api', 'system/apps/web', 'system/containers']
    .map((folder) => join(REPOSITORY, 'test', folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  expect(numbers.filter((number) => !new RegExp(`['"\`]weakness ${number}\\b`).test(tests))).toEqual([]);
});

test('every error page is explained, with its status', () => {
  const text = readFileSync(join(REPOSITORY, 'docs/web.md'), 'utf8').split('## Error pages')[1] ?? '';
  const explained = [...text.matchAll(/^- (\d+) `([\w-]+)`: /gm)].map(([, status, code]) => [code, Number(status)]);
  expect(explained).toEqual(Object.entries(PAGE_ERRORS).map(([code, { status }]) => [code, status]));
});
