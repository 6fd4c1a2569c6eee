import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AzureDevOps } from '../../../src/deploy/forges/azure-devops/client';
import { GitHub } from '../../../src/deploy/forges/github/client';
import { GitLab } from '../../../src/deploy/forges/gitlab/client';
import { runnerOf } from '../../../src/deploy/forges/registry';
import { FORGE_FACTS } from '../../../src/estate/sections/pipeline/forges/registry';
import { REPOSITORY } from '../../support/repository';

const page = readFileSync(join(REPOSITORY, 'docs/forges.md'), 'utf8');

/** Cells of a row of the page, without its title. */
function row(title: string): readonly string[] {
  const line = page.split('\n').find((one) => one.startsWith(`| ${title}`)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

const FORGES = [
  new GitHub({
    ...{ token: '', id: 1, repository: 'o/r', apiUrl: '', graphqlBase: '', repositoryUrl: '', url: '' },
    ...{ pullRequest: '7', summary: '' },
  }),
  new AzureDevOps({
    ...{ organizationUrl: '', project: '', repository: '', repositoryUrl: '', id: 1, url: '' },
    ...{ pullRequest: '7', temporary: '', token: '' },
  }),
  new GitLab({
    ...{ apiUrl: '', projectId: '1', projectUrl: '', id: 1, url: '', mergeRequest: '7', mergeRequestProject: '1' },
    ...{ jobToken: '', jobId: '', environment: '', projectToken: '', proposalToken: '', placementToken: '' },
  }),
];

test('the page has a column for each forge, in this order', () => {
  expect(row(' ')).toEqual(FORGES.map(({ name }) => FORGE_FACTS[name].name));
});

test('no comment is longer than the page says, and little shorter', () => {
  row('Longest comment').forEach((cell, index) => {
    const most = Number(cell.replace(/\D/g, ''));
    const { comment } = FORGES[index]?.limits ?? { comment: 0 };
    expect(comment).toBeLessThan(most);
    expect(comment).toBeGreaterThan(most * 0.99);
  });
});

test('the page names the setting of the whole history as the code does', () => {
  expect(row('Whole history')).toEqual(FORGES.map(({ name }) => `\`${runnerOf(name).words.wholeHistory}\``));
});
