import { forgeRun } from '../../../../src/deploy/forges/forge-run';
import { refuseEnterpriseServer } from '../../../../src/deploy/forges/github/run';
import { keepReport, type Report, type Tracker } from '../../../../src/deploy/forges/forge';

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_TOKEN: 'secret-of-the-job',
  GITHUB_REPOSITORY: 'insurance/identity',
  GITHUB_RUN_ID: '42',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_SERVER_URL: 'https://github.com',
};
const AZURE = {
  TF_BUILD: 'True',
  SYSTEM_COLLECTIONURI: 'https://dev.azure.com/insurance/',
  SYSTEM_TEAMPROJECT: 'Customer identity',
  SYSTEM_DEFINITIONID: '9',
  BUILD_BUILDID: '42',
  BUILD_REPOSITORY_ID: '0b5e6f4e-0000-4000-8000-0000000000c0',
  BUILD_REPOSITORY_PROVIDER: 'TfsGit',
  BUILD_REPOSITORY_NAME: 'identity',
  AGENT_TEMPDIRECTORY: '/agent/_temp',
};
const GITLAB = {
  GITLAB_CI: 'true',
  CI_API_V4_URL: 'https://gitlab.example/api/v4',
  CI_PROJECT_ID: '31',
  CI_PROJECT_URL: 'https://gitlab.example/insurance/identity',
  CI_PIPELINE_ID: '42',
  CI_JOB_TOKEN: 'secret-of-the-job',
};

describe('GitHub Enterprise Server', () => {
  test.each(['https://github.com', 'https://insurance.ghe.com', 'https://github.localhost'])(
    'is not what %s is',
    (server) => {
      refuseEnterpriseServer({ ...GITHUB, GITHUB_SERVER_URL: server });
    },
  );

  test.each(['https://github.example.com', 'http://github.insurance', 'https://ghe.com.example.com'])(
    'is refused at %s before anything is done, with what to do',
    (server) => {
      const run = () => {
        refuseEnterpriseServer({ ...GITHUB, GITHUB_SERVER_URL: server });
      };
      expect(run).toThrow(`got ${server}: GitHub Enterprise Server refuses`);
      expect(() => {
        refuseEnterpriseServer({ ...GITLAB, GITHUB_SERVER_URL: server });
      }).not.toThrow();
    },
  );
});

describe('the forge of a run', () => {
  test.each([
    ['github', GITHUB, 'https://github.com/insurance/identity/actions/runs/42'],
    ['azure-devops', AZURE, 'https://dev.azure.com/insurance/Customer%20identity/_build/results?buildId=42'],
    ['gitlab', GITLAB, 'https://gitlab.example/insurance/identity/-/pipelines/42'],
  ])('is %s where its variable says so, with the page of the run', (name, variables, url) => {
    expect(forgeRun(variables)).toMatchObject({ name, runUrl: url });
  });

  test('is unknown outside of a pipeline, and in two at once', () => {
    expect(() => forgeRun({ PATH: '/bin', GITLAB_CI: 'false' })).toThrow(
      'run this in a pipeline of GitHub Actions, Azure Pipelines or GitLab CI/CD, which set GITHUB_ACTIONS, TF_BUILD or GITLAB_CI to true; none of them is set',
    );
    expect(() => forgeRun({ ...GITHUB, ...GITLAB })).toThrow(
      'run this in the pipeline of one forge: GITHUB_ACTIONS and GITLAB_CI are set',
    );
  });

  test.each([
    {
      pipelines: 'GitHub Actions',
      variables: { ...GITHUB, GITHUB_REPOSITORY: 'identity', GITHUB_TOKEN: '' },
      named: 'GITHUB_TOKEN, GITHUB_REPOSITORY',
    },
    {
      pipelines: 'Azure Pipelines',
      variables: { ...AZURE, BUILD_REPOSITORY_PROVIDER: 'GitHub' },
      named: 'BUILD_REPOSITORY_PROVIDER',
    },
    {
      pipelines: 'GitLab CI/CD',
      variables: { ...GITLAB, CI_PROJECT_ID: 'x/y', GITLAB_TOKEN: 'secret-of-the-job', CI_JOB_TOKEN: '' },
      named: 'CI_PROJECT_ID, CI_JOB_TOKEN',
    },
  ])('at $pipelines names the variables that it lacks, and no value', ({ pipelines, variables, named }) => {
    const attempt = () => forgeRun(variables);
    expect(attempt).toThrow(`run this in ${pipelines}`);
    expect(attempt).toThrow(`missing or not valid: ${named}`);
    expect(attempt).not.toThrow('secret-of-the-job');
  });

  test.each([
    [GITHUB, 'this run must be of a pull request: GITHUB_REF must be refs/pull/NUMBER/merge'],
    [AZURE, 'started by a branch policy of build validation: SYSTEM_PULLREQUEST_PULLREQUESTID must be set'],
    [GITLAB, 'this must be a pipeline of a merge request: CI_MERGE_REQUEST_IID must be set'],
  ])('on a branch has no pull request, and says which variable would name it', (variables, message) => {
    expect(() => forgeRun(variables).pullRequest()).toThrow(message);
  });

  test.each([undefined, '', '$(System.AccessToken)'])(
    'at Azure DevOps says how a step gets its token, where it is %j',
    async (SYSTEM_ACCESSTOKEN) => {
      await expect(forgeRun({ ...AZURE, SYSTEM_ACCESSTOKEN }).labelsOf(7)).rejects.toThrow(
        "map it in the pipeline file, by 'SYSTEM_ACCESSTOKEN: $(System.AccessToken)' below 'env' of the step",
      );
    },
  );
});

describe('a report', () => {
  const report: Report = { marker: 'm', title: 'Drift', body: 'm text', label: 'drift', isOpen: true };
  const trackerWith = (open: number | undefined) => {
    const done: string[] = [];
    const tracker: Tracker = {
      find: () => Promise.resolve(open),
      create: () => {
        done.push('create');
        return Promise.resolve(8);
      },
      update: (number, { isOpen }) => {
        done.push(`update ${number} ${isOpen ? 'open' : 'closed'}`);
        return Promise.resolve();
      },
    };
    return { done, tracker };
  };

  test.each([
    { open: undefined, isOpen: true, reported: 'opened #8', calls: ['create'] },
    { open: undefined, isOpen: false, reported: 'nothing to report', calls: [] },
    { open: 5, isOpen: true, reported: 'updated #5', calls: ['update 5 open'] },
    { open: 5, isOpen: false, reported: 'closed #5', calls: ['update 5 closed'] },
  ])('is $reported where $open is open and it is to be open: $isOpen', async ({ open, isOpen, reported, calls }) => {
    const { done, tracker } = trackerWith(open);
    expect(await keepReport(tracker, { ...report, isOpen })).toBe(reported);
    expect(done).toEqual(calls);
  });
});
