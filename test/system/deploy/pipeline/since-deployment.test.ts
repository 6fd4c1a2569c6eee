import { join } from 'node:path';
import { forgeRun } from '../../../../src/deploy/forges/forge-run';
import { changedPaths, openRevision } from '../../../../src/clouds/git/git-folder';
import type { Deployments } from '../../../../src/deploy/forges/forge';
import { type Chosen, differing, type Sources } from '../../../../src/deploy/pipeline/since-deployment';
import { touchedEstates } from '../../../../src/deploy/pipeline/touched';
import type { FakeDeploy, FakeForge, FakeRun } from '../../../support/forges/fake-forge';
import { FAKES } from '../../../support/forges/fakes';
import { FakeGitHub } from '../../../support/fake-github';
import { makeFolder, type TestFolder } from '../../../support/git-repository';

const ALL = ['acme', 'beta'];

let folder: TestFolder;
/** Commits by what they say. */
const commits: Record<string, string> = {};

function commit(message: string, ...files: readonly string[]): void {
  for (const file of files) folder.write(file, message);
  folder.commit(message);
  commits[message] = folder.git('rev-parse', 'HEAD').trim();
}

beforeAll(() => {
  folder = makeFolder();
  folder.git('init', '--quiet', '--initial-branch', 'main');
  commit('begin', 'package.json', ...ALL.map((name) => `estates/${name}/estate.yaml`));
  commit('beta changes', 'estates/beta/estate.yaml');
  commit('texts', 'README.md');
});
afterAll(() => {
  folder.remove();
});

function sources(forge: () => Deployments): Sources {
  const touchedSince = (commit: string): readonly string[] | Error => {
    try {
      const revision = openRevision(join(folder.path, 'estates'), commit);
      return touchedEstates(ALL, { paths: changedPaths(revision), estatesFolder: revision.prefix });
    } catch (error) {
      return error as Error;
    }
  };
  return { forge, touchedSince };
}

const day = (date: number): string => `2026-05-${String(date).padStart(2, '0')}T12:00:00Z`;

const hoursAfter = (hours: number): string => new Date(Date.parse(day(2)) + hours * 3_600_000).toISOString();

/** A run that deployed estates, on the day of its number. */
function run(id: number, message: string, ...deploys: readonly (Partial<FakeDeploy> & { estate: string })[]): FakeRun {
  return {
    id,
    commit: commits[message] ?? message,
    deploys: deploys.map((deploy) => ({ conclusion: 'success', endedAt: day(id), ...deploy })),
  };
}

describe.each(FAKES)('the estates that a deployment is for at %s', (name, fake) => {
  let server: FakeForge;

  beforeEach(async () => {
    server = await fake().start();
  });
  afterEach(async () => {
    await server.stop();
    expect(server.faults).toEqual([]);
  });

  function choose(...runs: readonly FakeRun[]): Promise<readonly Chosen[]> {
    server.runs = [...runs];
    return differing(
      ALL,
      sources(() => forgeRun(server.environment)),
    );
  }
  async function touched(...runs: readonly FakeRun[]): Promise<readonly string[]> {
    return (await choose(...runs)).filter(({ isTouched }) => isTouched).map(({ estate }) => estate);
  }

  test('are those that differ from what was deployed last of each', async () => {
    const begin = run(1, 'begin', { estate: 'acme' }, { estate: 'beta' });
    expect(await touched(begin)).toEqual(['beta']);
    expect(await touched(run(2, 'beta changes', { estate: 'beta' }), begin)).toEqual([]);
    // A text for people touches none.
    expect(await touched(run(2, 'texts', { estate: 'acme' }), begin)).toEqual(['beta']);
  });

  test('are all after a change of a file that is of none', async () => {
    const deployed = run(1, 'texts', { estate: 'acme' }, { estate: 'beta' });
    folder.git('checkout', '--quiet', '-B', 'packages');
    folder.write('package-lock.json', name);
    folder.commit('packages');
    expect(await touched(deployed)).toEqual(ALL);
    folder.git('checkout', '--quiet', 'main');
  });

  test('are told in words, with the run by which it is known', async () => {
    const [acme, beta] = await choose(run(1, 'begin', { estate: 'acme' }, { estate: 'beta' }));
    const since = `${commits['begin'] ?? ''}, deployed last by ${server.page(1)}`;
    expect(acme?.because).toBe(`is not deployed: nothing of it differs from ${since}`);
    expect(beta?.because).toBe(`is deployed: it differs from ${since}`);
  });

  test('include one of which nothing was deployed yet', async () => {
    expect(await choose(run(1, 'texts', { estate: 'beta' }))).toEqual([
      { estate: 'acme', isTouched: true, because: 'is deployed: nothing of it was deployed yet' },
      expect.objectContaining({ estate: 'beta', isTouched: false }),
    ]);
  });

  test('include one whose last deployment failed or was cancelled, though the change was taken back since', async () => {
    const deployed = run(1, 'texts', { estate: 'acme' }, { estate: 'beta' });
    for (const conclusion of ['failure', 'cancelled'] as const) {
      const failed = run(2, 'beta changes', { estate: 'beta', conclusion });
      const [acme, beta] = await choose(failed, deployed);
      expect(acme?.isTouched).toBe(false);
      expect(beta).toMatchObject({
        isTouched: true,
        because: `is deployed: its deployment of ${failed.commit} failed: ${server.page(2)}`,
      });
    }
  });

  test('include one whose last deployment was rejected, until another one is approved', async () => {
    const rejected = run(2, 'beta changes', { estate: 'beta', conclusion: 'failure', isRejected: true });
    const deployed = run(1, 'begin', { estate: 'acme' }, { estate: 'beta' });
    expect(await touched(rejected, deployed)).toEqual(['beta']);
    expect(await touched(run(3, 'texts', { estate: 'beta' }), rejected, deployed)).toEqual([]);
  });

  test('include one that another run deploys now, or waits to, and no other of that run', async () => {
    const deployed = run(1, 'texts', { estate: 'acme' }, { estate: 'beta' });
    const waits = { ...run(2, 'beta changes', { estate: 'beta', conclusion: null }), leavesOut: ['acme'] };
    const [acme, beta] = await choose(waits, deployed);
    expect(acme?.isTouched).toBe(false);
    expect(beta?.because).toBe(
      `is deployed: a run of ${waits.commit} that deploys it, or may yet, has not ended: ${server.page(2)}`,
    );
    const half = run(2, 'texts', { estate: 'acme' }, { estate: 'beta', conclusion: null });
    expect(await touched(half, deployed)).toEqual(['beta']);
    // It is this run itself that does.
    expect(await touched({ ...waits, id: 42 }, deployed)).toEqual([]);
  });

  test('include one whose last deployment is of a commit that is not here', async () => {
    const [acme] = await choose(run(1, 'f'.repeat(40), { estate: 'acme' }, { estate: 'beta' }));
    expect(acme).toMatchObject({ isTouched: true });
    expect(acme?.because).toContain(`there is no git revision '${'f'.repeat(40)}' here`);
  });

  test('are all where the forge refuses, with what it says', async () => {
    const environment = Object.fromEntries(
      Object.entries(server.environment).map(([key, value]) => [key, value === 'token-of-the-job' ? 'another' : value]),
    );
    const chosen = await differing(
      ALL,
      sources(() => forgeRun(environment)),
    );
    expect(chosen.map(({ isTouched }) => isTouched)).toEqual([true, true]);
    for (const { because } of chosen)
      expect(because).toMatch(/^is deployed: what was deployed last can't be told: GET .*HTTP 401/);
    expect(
      await differing(
        ALL,
        sources(() => forgeRun({})),
      ),
    ).toMatchObject([
      { because: expect.stringContaining('run this in a pipeline of GitHub Actions') as unknown },
      { isTouched: true },
    ]);
  });

  test('are looked for in a bounded number of runs', async () => {
    const others = Array.from({ length: 120 }, (_, at) =>
      run(500 - at, 'texts', { estate: 'beta', conclusion: 'success', endedAt: hoursAfter(2 * (120 - at)) }),
    );
    const [acme, beta] = await choose(...others, run(1, 'texts', { estate: 'acme' }));
    expect(beta?.isTouched).toBe(false);
    // GitLab lists deployments by their jobs, so that no run is looked at in vain.
    expect(acme?.because).toBe(
      name === 'GitLab'
        ? `is not deployed: nothing of it differs from ${commits['texts'] ?? ''}, deployed last by ${server.page(1)}`
        : 'is deployed: the last 100 runs do not say what was deployed last',
    );
  });
});

describe('at GitHub', () => {
  let github: FakeGitHub;

  beforeEach(async () => {
    github = await FakeGitHub.start();
  });
  afterEach(() => github.stop());

  const choose = (...runs: readonly FakeRun[]): Promise<readonly Chosen[]> => {
    github.runs = [...runs];
    return differing(
      ALL,
      sources(() => forgeRun(github.environment)),
    );
  };

  test('the jobs of a run are asked for once, however many estates there are', async () => {
    const both = [{ estate: 'acme' }, { estate: 'beta' }];
    await choose(run(2, 'texts', ...both), run(1, 'begin', ...both));
    expect(github.calls.filter((call) => call.endsWith('/jobs'))).toHaveLength(1);
    expect(github.calls.filter((call) => call.endsWith('/runs'))).toHaveLength(1);
  });

  test('a run whose jobs are not known yet may deploy any estate', async () => {
    const begins: FakeRun = { id: 2, commit: commits['begin'] ?? '', deploys: [], createdAt: day(2) };
    const deployed = run(1, 'texts', { estate: 'acme' }, { estate: 'beta' });
    expect((await choose(begins, deployed)).map(({ isTouched }) => isTouched)).toEqual([true, true]);
  });
});
