import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Synthesis } from '../../preview/facts';
import { synthesizeEstate } from '../../stacks/synthesize';
import { lint } from '../support/cfn-lint';
import { describeWithPython } from '../support/python';
import type { Resource, Template } from '../support/templates';
import { resourcesOf, temporaryFolder, withoutHashes } from '../support/templates';
import { watchedPlan } from '../support/watch';

expect.addSnapshotSerializer(withoutHashes);

const root = temporaryFolder();
const sandbox = synthesizeEstate(watchedPlan());

const SCHEDULE = 'AWS::Scheduler::Schedule';

function templateOf({ templates }: Synthesis): Template {
  const [only, ...others] = templates;
  expect([only?.stack, others.length]).toEqual(['sandbox-workforce-watch', 0]);
  return only?.template as unknown as Template;
}

const schedulesOf = (expires: string): readonly (readonly [string, Resource])[] => {
  const plan = watchedPlan(({ awsApplication }) => {
    if (awsApplication?.scim !== undefined) awsApplication.scim.tokenExpires = expires;
  });
  return [...resourcesOf(templateOf(synthesizeEstate(plan)), SCHEDULE)];
};

test('the stack of the sandbox', () => {
  expect(templateOf(sandbox)).toMatchSnapshot();
});

test('the schemas of CloudFormation and AwsSolutions find nothing', () => {
  expect(sandbox.issues).toEqual([]);
});

test('people are reminded 90, 30, 7 and 1 days before the token ends, once each', () => {
  const expressions = schedulesOf('2028-03-01').map(([, { Properties }]) => Properties['ScheduleExpression']);
  expect(expressions).toEqual([
    'at(2027-12-02T07:00:00)',
    'at(2028-01-31T07:00:00)',
    'at(2028-02-23T07:00:00)',
    'at(2028-02-29T07:00:00)',
  ]);
});

test('another token has reminders of its own: a schedule that has run is never moved', () => {
  const ids = (expires: string): readonly string[] => schedulesOf(expires).map(([id]) => id);
  expect(ids('2028-03-01').filter((id) => ids('2027-09-30').includes(id))).toEqual([]);
});

test('without provisioning there is no token to watch', () => {
  const plan = watchedPlan(({ awsApplication }) => {
    delete awsApplication?.scim;
  });
  const template = templateOf(synthesizeEstate(plan));
  expect([resourcesOf(template, SCHEDULE).size, resourcesOf(template, 'AWS::Events::Rule').size]).toEqual([0, 0]);
});

describeWithPython('cfn-lint', () => {
  test('finds nothing', () => {
    const folder = mkdtempSync(join(root, 'templates-'));
    writeFileSync(join(folder, 'watch.template.json'), JSON.stringify(templateOf(sandbox)));
    expect(lint(folder, ['watch.template.json'])).toEqual([]);
  }, 60_000);
});
