import { App, CfnParameter, NestedStack, Stack } from 'aws-cdk-lib';
import { CfnAssignment, CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CDK_FLAGS } from '../../stacks/aws/flags';

/**
 * Program that one would write without this project, straight from the lock file to the same templates: no model, no
 * checks, no validation plug-ins beyond what aws-cdk-lib does by itself.
 */
const [estates = '', outdir = ''] = process.argv.slice(2);
const instanceArn = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const lock = JSON.parse(readFileSync(join(estates, 'large', 'placement.lock.json'), 'utf8')) as {
  stacks: { access: string[] };
};
const slots = new Map(
  lock.stacks.access.flatMap((line) => {
    const [, key, shard, lane] = /^(\S+) (\d+)\.(\d+)$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, { shard: Number(shard), lane: Number(lane) }] as const];
  }),
);
const shards = Map.groupBy([...slots.keys()].toSorted(), (key) => slots.get(key)?.shard ?? 0);

const app = new App({ outdir, analyticsReporting: false, postCliContext: CDK_FLAGS });
const stack = new Stack(app, 'large-access', {
  env: { account: '100000000000', region: 'eu-west-1' },
  description: 'IAM Identity Center access (access)',
  terminationProtection: true,
  suppressTemplateIndentation: true,
});
const namesOf = (keys: readonly string[]): readonly string[] =>
  [...new Set(keys.map((key) => String(key.split('/')[1])))].toSorted();
const parent = new Construct(stack, 'PermissionSets');
const sets = new Map<string, CfnPermissionSet>();
const lastSets = new Map<number, CfnPermissionSet>();
for (const name of namesOf([...slots.keys()])) {
  const set = new CfnPermissionSet(new Construct(parent, name), 'Resource', {
    instanceArn,
    name,
    description: `Permission set number ${name.slice(3)}.`,
    sessionDuration: 'PT4H',
    managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  });
  const lane = createHash('sha256').update(name).digest().readUInt32BE(0) % 10;
  const before = lastSets.get(lane);
  if (before !== undefined) set.addResourceDependency(before);
  lastSets.set(lane, set);
  sets.set(name, set);
}
const assignments = new Construct(stack, 'Assignments');
let previous: NestedStack | undefined;
for (const [number, keys] of [...shards].toSorted(([a], [b]) => a - b)) {
  const nested = new NestedStack(assignments, `Shard${number}`, { description: `Assignments of shard ${number}` });
  const scope = new Construct(nested, 'Assignment');
  const arns = new Construct(nested, 'PermissionSetArn');
  const parameters = new Map<string, string>();
  for (const name of namesOf(keys)) {
    const parameter = new CfnParameter(arns, name, { description: `ARN of permission set ${name}` });
    nested.setParameter(parameter.logicalId, String(sets.get(name)?.attrPermissionSetArn));
    parameters.set(name, parameter.valueAsString);
  }
  const last = new Map<number, CfnAssignment>();
  for (const key of keys) {
    const [targetId = '', name = '', principalId = ''] = key.split('/');
    const assignment = new CfnAssignment(scope, key.replaceAll('/', ':'), {
      instanceArn,
      permissionSetArn: String(parameters.get(name)),
      principalId,
      principalType: 'GROUP',
      targetId,
      targetType: 'AWS_ACCOUNT',
    });
    const lane = slots.get(key)?.lane ?? 0;
    const before = last.get(lane);
    if (before !== undefined) assignment.addResourceDependency(before);
    last.set(lane, assignment);
  }
  if (previous !== undefined) nested.addStackDependency(previous);
  previous = nested;
}
app.synth();
