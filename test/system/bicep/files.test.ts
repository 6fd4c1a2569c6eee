import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describeWithPython } from '../../support/python';
import { temporaryFolder } from '../../support/templates';
import {
  BICEP_FOLDER,
  type BicepTree,
  bicepFiles,
  bicepTree,
  bicepTrees,
  bodyOf,
  parseBicep,
  readsOf,
} from './bicep-files';

const root = temporaryFolder();

/** Each use of a module: who uses it, and the module's own tree. */
function moduleUses(): readonly {
  title: string;
  user: BicepTree;
  name: string;
  params: readonly string[];
  used: BicepTree;
}[] {
  return [...bicepTrees()].flatMap(([file, user]) =>
    Object.entries(user.modules).map(([name, module]) => {
      const body = bodyOf(module) as { readonly params?: object };
      const used = bicepTree(normalize(join(dirname(file), module.detail.path)));
      return { title: `${name} in ${file}`, user, name, params: Object.keys(body.params ?? {}), used };
    }),
  );
}

describeWithPython('the Bicep files', () => {
  test('are all parsed', () => {
    const parsed = parseBicep(BICEP_FOLDER, bicepFiles());
    expect(Object.keys(parsed)).toHaveLength(22);
    expect(Object.entries(parsed).filter(([, result]) => 'error' in result)).toEqual([]);
  });

  test('would not be, with a brace left open', () => {
    const folder = mkdtempSync(join(root, 'bicep-'));
    writeFileSync(join(folder, 'broken.bicep'), "resource a 'A/b@2020-01-01' = {\n  name: 'a'\n");
    expect(parseBicep(folder, ['broken.bicep'])['broken.bicep']).toHaveProperty('error');
  });

  test('pin a released version of each resource type, and of the extension', () => {
    const versions = [...bicepTrees().values()].flatMap(({ resources }) =>
      Object.values(resources).map(({ type, api_version }) => `${type}@${api_version}`),
    );
    // Diagnostic settings of Azure resources have preview versions only.
    const previews = versions.filter((version) => !/@(\d{4}-\d{2}-\d{2}|v1\.0)$/.test(version));
    expect(new Set(previews)).toEqual(new Set(['Microsoft.Insights/diagnosticSettings@2021-05-01-preview']));
    const config = readFileSync(join(BICEP_FOLDER, 'bicepconfig.json'), 'utf8');
    expect(config).toMatch(
      /"microsoftGraphV1": "br:mcr\.microsoft\.com\/bicep\/extensions\/microsoftgraph\/v1\.0:\d+\.\d+\.\d+"/,
    );
  });

  test('hand every module each parameter without a default, and no other', () => {
    const wrong = moduleUses().flatMap(({ title, params, used }) => {
      const required = Object.entries(used.parameters).filter(([, parameter]) => parameter.default == null);
      const missing = required.filter(([name]) => !params.includes(name)).map(([name]) => `${title} lacks ${name}`);
      const unknown = params.filter((name) => !(name in used.parameters)).map((name) => `${title} has no ${name}`);
      return [...missing, ...unknown];
    });
    expect(wrong).toEqual([]);
  });

  test('read from a module only what it puts out', () => {
    const wrong = moduleUses().flatMap(({ title, user, name, used }) =>
      readsOf(name, [user.modules, user.outputs])
        .filter((path) => !(path.replace('outputs.', '') in used.outputs))
        .map((path) => `${title}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  test('put out neither a key nor a secret', () => {
    const outputs = [...bicepTrees()].flatMap(([file, tree]) =>
      Object.entries(tree.outputs).map(([name, { value }]) => `${file} ${name} ${JSON.stringify(value)}`),
    );
    expect(outputs.filter((output) => /"list|getSecret|connectionString|password|accessKey/i.test(output))).toEqual([]);
  });
});
