import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { finish } from '../../system/clouds/organization/run-snapshot';
import { findTool } from '../built-tools';
import { checkOut } from './checkout';
import { keepSucceeded } from './github-again';
import type { Ran, RunnerWorld, Started } from './run';
import { REPOSITORY_NAMES } from './team';

const WORKFLOWS = '.github/workflows';
const LOCAL_ACTIONS = '.github/actions';
const ACTIONS = join(__dirname, 'actions');

/** Events of a workflow, as far as a run depends on them. */
const Trigger = z.union([z.array(z.unknown()), z.looseObject({ branches: z.array(z.string()).optional() }), z.null()]);
const Workflow = z.object({ on: z.record(z.string(), Trigger) });

const Line = z.object({
  // Its parts are padded, so that lines are in columns.
  job: z
    .string()
    .transform((name) =>
      name
        .split('/')
        .map((part) => part.trim())
        .join(' / '),
    )
    .optional(),
  msg: z.string(),
  jobResult: z.enum(['success', 'failure', 'skipped', 'cancelled']).optional(),
});

interface Event {
  readonly name: string;
  readonly ref: string;
  readonly commit: string;
  readonly payload: object;
}

/** Runs the workflows of an occasion by act, on this machine, with stand-ins of the actions. */
export async function runAtGitHub(world: RunnerWorld, occasion: Started): Promise<Ran> {
  const { team } = world;
  const event = eventOf(occasion, team.branch);
  const { place, checkout } = checkOut(world, occasion);
  if (occasion.kind === 'push' && occasion.again !== undefined)
    keepSucceeded(join(checkout, WORKFLOWS), occasion.again);
  const files = workflowsOf(checkout, occasion, event);
  const runs: Ran[] = [];
  for (const file of files) runs.push(await act({ world, event, place, checkout, file, occasion }));
  return {
    ...{ run: occasion.run, commit: occasion.commit },
    isGreen: runs.every(({ isGreen }) => isGreen),
    log: runs.map(({ log }) => log).join('\n'),
    jobs: Object.fromEntries(runs.flatMap(({ jobs }) => Object.entries(jobs))),
    artifacts: join(place, 'artifacts'),
  };
}

function eventOf(occasion: Started, branch: string): Event {
  const onBranch = { ref: `refs/heads/${branch}`, commit: occasion.commit };
  switch (occasion.kind) {
    case 'pull-request': {
      const repository = occasion.isFork === true ? 'somebody/identity' : REPOSITORY_NAMES.github;
      const pull_request = {
        number: 7,
        head: { ref: 'change', sha: occasion.head, repo: { full_name: repository } },
        base: { ref: branch, repo: { full_name: REPOSITORY_NAMES.github } },
      };
      const payload = { action: occasion.action ?? 'synchronize', number: 7, pull_request };
      return { name: 'pull_request', ref: 'refs/pull/7/merge', commit: occasion.commit, payload };
    }
    case 'queue': {
      const ref = `refs/heads/gh-readonly-queue/${branch}/pr-7-${occasion.base}`;
      return {
        ...{ name: 'merge_group', ref, commit: occasion.commit },
        payload: {
          action: 'checks_requested',
          merge_group: { base_sha: occasion.base, base_ref: `refs/heads/${branch}`, head_ref: ref },
        },
      };
    }
    case 'push':
      return { name: 'push', ...onBranch, payload: { ref: onBranch.ref, after: occasion.commit } };
    case 'drift':
    case 'accounts':
      return { name: 'schedule', ...onBranch, payload: {} };
  }
}

/** Workflows that GitHub would start: those of the event and, on a push, of the branch. */
function workflowsOf(checkout: string, { kind }: Started, { name, ref }: Event): readonly string[] {
  return readdirSync(join(checkout, WORKFLOWS)).filter((file) => {
    const { on } = Workflow.parse(parse(readFileSync(join(checkout, WORKFLOWS, file), 'utf8')));
    const trigger = on[name] ?? {};
    const { branches } = Array.isArray(trigger) ? {} : trigger;
    const isOfBranch = branches === undefined || branches.includes(ref.replace('refs/heads/', ''));
    return name in on && isOfBranch && (name !== 'schedule' || file.includes(kind));
  });
}

interface Act {
  readonly world: RunnerWorld;
  readonly occasion: Started;
  readonly event: Event;
  readonly place: string;
  readonly checkout: string;
  readonly file: string;
}

async function act({ world, occasion, event, place, checkout, file }: Act): Promise<Ran> {
  const { team, forge, issuer, aws } = world;
  const isFork = occasion.kind === 'pull-request' && occasion.isFork === true;
  const variables = {
    ...forge.environment,
    ...aws,
    GITHUB_RUN_ID: String(occasion.run),
    GITHUB_REF: event.ref,
    SHA_REF: event.commit,
    GITHUB_SHA: event.commit,
    GITHUB_WORKFLOW_REF: `${REPOSITORY_NAMES.github}/${WORKFLOWS}/${file}@${event.ref}`,
    RUNNER_REMOTE: team.remote,
    RUNNER_ARTIFACTS: join(place, 'artifacts'),
    ...(isFork ? {} : issuer.gitHub),
    ...world.variables,
  };
  writeFileSync(join(place, 'event.json'), JSON.stringify(event.payload));
  const args = [
    event.name,
    ...['--workflows', join(WORKFLOWS, file), '--eventpath', join(place, 'event.json')],
    ...['--platform', 'ubuntu-24.04=-self-hosted', '--no-skip-checkout', '--json', '--action-offline-mode'],
    ...['--action-cache-path', join(place, 'act'), '--no-cache-server', '--defaultbranch', team.branch],
    ...['--secret', 'GITHUB_TOKEN=token-of-the-job', '--concurrent-jobs', '2'],
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...actionsIn(checkout).flatMap((action) => ['--local-repository', action]),
  ];
  const env = { ...team.environment, ...variables };
  const found = findTool('act');
  if ('skipped' in found) throw new Error(found.skipped);
  const child = spawn(join(found.folder, 'act'), args, { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, stdout, stderr } = await finish(child);
  const lines = stdout.split('\n').flatMap((line) => parsed(line));
  rmSync(join(place, 'act'), { recursive: true, force: true });
  return {
    ...{ run: occasion.run, commit: occasion.commit },
    isGreen: code === 0,
    log: [...lines.map(({ job = '', msg }) => `[${job}] ${msg.trimEnd()}`), stderr].join('\n'),
    jobs: Object.fromEntries(
      lines.flatMap(({ job, jobResult }) => (job === undefined || jobResult === undefined ? [] : [[job, jobResult]])),
    ),
    artifacts: join(place, 'artifacts'),
  };
}

function parsed(line: string): readonly z.infer<typeof Line>[] {
  try {
    return [Line.parse(JSON.parse(line))];
  } catch {
    return line === '' ? [] : [{ msg: line }];
  }
}

/** Stand-ins of the actions that the workflows use, as act takes them; one that has none fails where a job comes to it. */
function actionsIn(checkout: string): readonly string[] {
  const known = readdirSync(ACTIONS);
  const texts = [WORKFLOWS, LOCAL_ACTIONS]
    .flatMap((folder) => readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
  const used = texts.flatMap((text) => [...text.matchAll(/uses: ([\w.-]+\/([\w.-]+)@\w+)/g)]);
  const standIns = used.map(
    ([, action = '', name = '']) => `${action}=${join(ACTIONS, known.includes(name) ? name : 'unknown')}`,
  );
  return [...new Set(standIns)];
}
