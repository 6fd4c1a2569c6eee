import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';
import { REPOSITORY } from '../../support/repository';

const CONTENTS = `
import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import { runProgram } from './src/preview/engine/run-program';

const fail = () => { throw new pulumi.RunError('not that group'); };
const failing = () => {
  const displayName = pulumi.output('A').apply(fail);
  const group = new azuread.Group('a', { displayName, securityEnabled: true });
  new azuread.GroupMember('b', { groupObjectId: group.objectId, memberObjectId: group.objectId });
};
const sound = () => new azuread.Group('c', { displayName: 'C', securityEnabled: true });

async function main() {
  const limit = Error.stackTraceLimit;
  const runs = [];
  for (const program of [failing, sound])
    runs.push(await runProgram({ name: 'workforce', program }, { name: 'acme', workforce: { groups: [] } }, { now: new Date() }));
  console.log(JSON.stringify(runs.map(({ failure, resources }) => ({ failed: failure !== undefined, names: resources.map(({ name }) => name) }))));
  if (Error.stackTraceLimit !== limit) throw new Error('the limit of stack traces was not restored');
}
void main();
`;

// In a process of its own: Jest takes the rejections by which Pulumi tells what failed.
test('a program ends though resources wait for what failed, and the next one runs', () => {
  const { outputFiles } = buildSync({
    stdin: { contents: CONTENTS, resolveDir: REPOSITORY, loader: 'ts' },
    bundle: true,
    platform: 'node',
    packages: 'external',
    write: false,
  });
  const input = outputFiles.map(({ text }) => text).join('');
  const { stdout, status } = spawnSync(process.execPath, ['-'], { cwd: REPOSITORY, input, encoding: 'utf8' });
  expect(JSON.parse(stdout)).toEqual([
    { failed: true, names: [] },
    { failed: false, names: ['c'] },
  ]);
  expect(status).toBe(0);
});
