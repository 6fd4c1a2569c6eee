import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import renovate from '../../../renovate.json';
import { REPOSITORY } from '../../support/repository';

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

// Renovate's own, of version 44.121.2, without its descriptions.
const Schema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });
const schema = Schema.parse(JSON.parse(read('test/support/renovate-schema.json')));

test("is valid by Renovate's schema, and has no key that it does not know", () => {
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  expect([validate(renovate), validate.errors]).toEqual([true, null]);
  // The schema lets unknown keys pass.
  expect(Object.keys(renovate).filter((key) => key !== '$schema' && !(key in schema.properties))).toEqual([]);
});

test('waits a week for a version, but not for the fix of a vulnerability', () => {
  expect(renovate.minimumReleaseAge).toBe('7 days');
  expect(renovate.vulnerabilityAlerts.minimumReleaseAge).toBeNull();
});

const [engine, sources] = renovate.customManagers;

test('finds the engine that workflows install', () => {
  const found = [...read('.github/workflows/preview.yaml').matchAll(new RegExp(engine?.matchStrings[0] ?? '', 'g'))];
  expect(found.map(({ groups }) => groups?.['currentValue'])).toEqual(['3.248.0']);
});

test('finds the sources of the image, with the commit of each', () => {
  const found = [...read('image/Dockerfile').matchAll(new RegExp(sources?.matchStrings[0] ?? '', 'g'))];
  expect(found.map(({ groups }) => groups)).toMatchObject([
    { depName: 'pulumi/pulumi', currentValue: '3.248.0' },
    { depName: 'pulumi/pulumi-azuread', currentValue: '6.9.1' },
  ]);
});
