import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { describeWithPython } from '../../support/python';
import { BICEP_FOLDER, bicepTrees, readsOf } from './bicep-files';
import { REPOSITORY } from '../../support/repository';

const ESTATES = resolve(REPOSITORY, 'estates');

/** The files that read an estate, as pairs of file and the estate's path as Bicep sees it. */
function readers(): readonly (readonly [string, string])[] {
  return [...bicepTrees()].flatMap(([file, { variables }]) => {
    const load = JSON.stringify(variables['estate'] ?? '').match(
      /"load_yaml_content","parameters":\{"file_path":"([^"]+)"/,
    );
    return load?.[1] === undefined ? [] : [[file, load[1]] as const];
  });
}

function valueAt(estate: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], estate);
}

describeWithPython("an estate's Bicep files", () => {
  test('are the only ones that read it', () => {
    expect(readers().map(([file]) => file)).toEqual([
      'blog/azure.bicep',
      'blog/customers-trust.bicep',
      'blog/customers.bicep',
      'blog/entra-logs.bicep',
      'blog/workforce.bicep',
      'sandbox/azure.bicep',
      'sandbox/customers-trust.bicep',
      'sandbox/customers.bicep',
      'sandbox/entra-logs.bicep',
      'sandbox/workforce.bicep',
    ]);
  });

  test('read the estate that their folder is named after', () => {
    for (const [file, path] of readers()) {
      const estate = join(BICEP_FOLDER, dirname(file), path);
      expect(estate).toBe(join(ESTATES, dirname(file), 'estate.yaml'));
      expect(existsSync(estate)).toBe(true);
    }
  });

  // The parser drops the `?` of what an estate may leave out.
  test('read only what the estate has, or may leave out', () => {
    const optional = [
      'azure.logs.retentionDays',
      'azure.previewTrust',
      'customers.apiConnectors',
      'customers.attributes',
      'customers.customExtensions',
      'customers.directoryType',
      'customers.identityProviders',
      'pipeline.branch',
      'pipeline.forge',
      'pipeline.server',
      'pipeline.workflows',
    ];
    const missing = readers().flatMap(([file, path]) => {
      const estate: unknown = parse(readFileSync(join(BICEP_FOLDER, dirname(file), path), 'utf8'));
      const reads = readsOf('estate', bicepTrees().get(file));
      expect(reads.length).toBeGreaterThan(0);
      const needed = reads.filter((read) => !optional.includes(read));
      return needed.filter((read) => valueAt(estate, read) === undefined).map((read) => `${file}: ${read}`);
    });
    expect(missing).toEqual([]);
  });

  test('exist for each estate that has a section for Azure', () => {
    const estates = readdirSync(ESTATES).filter((name) => {
      const estate: unknown = parse(readFileSync(join(ESTATES, name, 'estate.yaml'), 'utf8'));
      return valueAt(estate, 'azure') !== undefined;
    });
    expect(estates.filter((name) => !existsSync(join(BICEP_FOLDER, name, 'azure.bicep')))).toEqual([]);
  });
});
