import { differencesIn, isRest } from '../../../../src/deploy/pipeline/apply-stack';

/** Of one shard that an operation in between has changed too, as the CDK prints it. */
const APPROVED = `IAM Policy Changes
┌───┬──────────────────────────┬────────────────┐
│   │ Resource                 │ Managed Policy │
├───┼──────────────────────────┼────────────────┤
│ - │ \${PermissionSets/Set0}   │ ReadOnlyAccess │
├───┼──────────────────────────┼────────────────┤
│ + │ \${PermissionSets/Viewer} │ ReadOnlyAccess │
└───┴──────────────────────────┴────────────────┘
[~] AWS::CloudFormation::Stack Assignments/Shard1 Shard1
 ├─ [~] Parameters
 │   ├─ [-] Removed: .ArnOfSet0
 │   └─ [+] Added: .ArnOfViewer
 └─ [~] TemplateURL
     └─ [~] .Fn::Join:
            [-]     "/cdk-hnb659fds-assets-1-eu-west-1/1111.json"
            [+]     "/cdk-hnb659fds-assets-1-eu-west-1/9999.json"
${Array.from({ length: 1300 }, (_, index) => `[+] AWS::SSO::Assignment Shard1/${index}:Viewer Id${index}`).join('\n')}
[-] AWS::SSO::Assignment Shard1/1:Set0 Old1 destroy
`;
const REST = `IAM Policy Changes
┌───┬────────────────────────┬────────────────┐
│   │ Resource               │ Managed Policy │
├───┼────────────────────────┼────────────────┤
│ - │ \${PermissionSets/Set0} │ ReadOnlyAccess │
└───┴────────────────────────┴────────────────┘
[~] AWS::CloudFormation::Stack Assignments/Shard1 Shard1
 ├─ [~] Parameters
 │   └─ [-] Removed: .ArnOfSet0
 └─ [~] TemplateURL
     └─ [~] .Fn::Join:
            [-]     "/cdk-hnb659fds-assets-1-eu-west-1/2222.json"
            [+]     "/cdk-hnb659fds-assets-1-eu-west-1/9999.json"
[~] AWS::SSO::Assignment Shard1/1:Viewer Id1
 └─ [~] DependsOn
     └─ @@ -1,3 +1,3 @@
        [ ] [
        [-]   "Id0"
        [+]   "Id3"
        [ ] ]
[~] AWS::SSO::Assignment Shard1/2:Viewer Id2
 └─ [+] DependsOn
     └─ ["Id1"]
[+] AWS::SSO::Assignment Shard1/9:Viewer Id9
[-] AWS::SSO::Assignment Shard1/1:Set0 Old1 destroy
`;

test('what an operation in between left of an exchange is what was approved', () => {
  expect(isRest(REST, APPROVED)).toBe(true);
});

test.each([
  ['an assignment that leaves', '[-] AWS::SSO::Assignment Shard1/7:Admin Other destroy\n'],
  ['a set that changes', '[~] AWS::SSO::PermissionSet PermissionSets/Viewer Viewer\n └─ [+] Added: .InlinePolicy\n'],
  [
    'an assignment that changes otherwise besides',
    '[~] AWS::SSO::Assignment Shard1/3:Viewer Id3\n ├─ [~] DependsOn\n │   └─ ["Id1"]\n └─ [~] Properties\n',
  ],
  ['a template that was not approved', '            [+]     "/cdk-hnb659fds-assets-1-eu-west-1/8888.json"\n'],
])('%s is not', (_, line) => {
  expect(isRest(`${REST}${line}`, APPROVED)).toBe(false);
});

const set = (name: string, what: string): string =>
  `[~] AWS::SSO::PermissionSet PermissionSets/${name} ${name}\n └─ [-] Removed: .${what}\n`;

test('what was approved of one resource is not of another one, that somebody changed since', () => {
  const approved = `${APPROVED}${set('Viewer', 'InlinePolicy')}${set('Admin', 'Description')}`;
  expect(isRest(`${REST}${set('Admin', 'Description')}`, approved)).toBe(true);
  expect(isRest(`${REST}${set('Admin', 'InlinePolicy')}`, approved)).toBe(false);
});

test('what the CDK says of its own run is no difference', () => {
  const said =
    '\n✨  Synthesis time: 2.3s\ncurrent credentials could not be used\n2 stacks assumed\n✨  Number of stacks with differences: 1\n';
  expect(differencesIn(`${said}[+] AWS::SSO::Assignment Shard1/1 Id1  \n`)).toBe(
    '[+] AWS::SSO::Assignment Shard1/1 Id1',
  );
});

test('of few differences each must be as approved', () => {
  const few = APPROVED.replaceAll(/^\[\+\] AWS::SSO::Assignment .*:Viewer Id\d{2,}\n/gm, '');
  expect(isRest(REST, few)).toBe(false);
});
