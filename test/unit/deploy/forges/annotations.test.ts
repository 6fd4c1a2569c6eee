import { annotationsOf } from '../../../../src/deploy/forges/registry';
import type { Told } from '../../../../src/estate/source/finding';

const error: Told = {
  ...{ severity: 'error', code: 'unknown-group', file: 'estates/acme/estate.yaml', line: 41, column: 14 },
  ...{ path: 'access.grants[2].group', value: '"fin%"', problem: 'is not a known group', related: [] },
};

test('at GitHub an error is a command that names file, line and column', () => {
  expect(annotationsOf([error], { GITHUB_ACTIONS: 'true' }, () => 'identity/')).toEqual({
    lines: [
      '::error file=identity/estates/acme/estate.yaml,line=41,col=14,title=unknown-group::access.grants[2].group: "fin%25" is not a known group',
    ],
  });
});

test('at Azure DevOps it is an issue of the log', () => {
  expect(annotationsOf([error], { TF_BUILD: 'True' }, () => '')).toEqual({
    lines: [
      '##vso[task.logissue type=error;sourcepath=estates/acme/estate.yaml;linenumber=41;columnnumber=14;code=unknown-group]access.grants[2].group: "fin%AZP25" is not a known group',
    ],
  });
});

test('at GitLab it is an entry of a report of code quality, which stays the same when lines move', () => {
  const entriesOf = (one: Told): unknown =>
    JSON.parse(annotationsOf([one], { GITLAB_CI: 'true' }, () => '')?.report?.text ?? '');
  expect(entriesOf(error)).toEqual([
    {
      description: 'access.grants[2].group: "fin%" is not a known group',
      check_name: 'unknown-group',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      severity: 'blocker',
      location: { path: 'estates/acme/estate.yaml', lines: { begin: 41 } },
    },
  ]);
  const moved = entriesOf({ ...error, line: 50 });
  expect(JSON.stringify(moved).replace('"begin":50', '"begin":41')).toBe(JSON.stringify(entriesOf(error)));
});

test.each([
  [{ GITHUB_ACTIONS: 'true' }, '::error file=a%2Cline=1%3A%3Ab];c,line=41,'],
  [{ TF_BUILD: 'True' }, '##vso[task.logissue type=error;sourcepath=a,line=1::b%5D%3Bc;linenumber=41;'],
])('a name can not end the command of %j, nor begin another one', (variables, beginning) => {
  const hostile = { ...error, value: 'a\n::stop-commands::x ##vso[task.complete]', file: 'a,line=1::b];c' };
  const [line = ''] = annotationsOf([hostile], variables, () => '')?.lines ?? [];
  expect(line.startsWith(beginning)).toBe(true);
  expect(line).not.toMatch(/\n|.##vso\[/);
});

test('outside of a forge nothing is annotated, and git is not asked for the folder', () => {
  const folderOf = jest.fn(() => '');
  expect(annotationsOf([error], {}, folderOf)).toBeUndefined();
  expect(folderOf).not.toHaveBeenCalled();
});
