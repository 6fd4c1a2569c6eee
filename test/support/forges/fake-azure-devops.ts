import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { APPROVAL_STEP } from '../../../src/deploy/forges/job-names';
import {
  type FakeComment,
  type FakeDeploy,
  FakeForge,
  type FakeReport,
  type FakeRun,
  isEnded,
  NEVER,
  type Reply,
} from './fake-forge';
import type { Asked } from './operations';

interface Thread {
  readonly id: number;
  readonly status: string;
  readonly comments: {
    readonly id: number;
    content: string;
    readonly isDeleted?: boolean;
    readonly author: { readonly id: string };
  }[];
}

interface WorkItem {
  readonly id: number;
  readonly fields: Record<string, unknown>;
  format: string;
}

const ThreadBody = z.object({
  status: z.string(),
  comments: z.array(z.object({ parentCommentId: z.number(), content: z.string(), commentType: z.string() })),
});
const Content = z.object({ content: z.string() });
const Patch = z.array(z.object({ op: z.literal('add'), path: z.string(), value: z.string() }));

const MAX_CONTENT = 150_000;
const SERVICE = '0b5e6f4e-0000-4000-8000-0000000000b1';
const PERSON = '0b5e6f4e-0000-4000-8000-0000000000aa';
const REPOSITORY = '0b5e6f4e-0000-4000-8000-0000000000c0';
const PROJECT = '/insurance/Customer%20identity/_apis';
const RESULTS = { success: 'succeeded', failure: 'failed', cancelled: 'canceled' } as const;

/** States of a task in the process Basic. */
const STATES = [
  { name: 'To Do', category: 'Proposed' },
  { name: 'Doing', category: 'InProgress' },
  { name: 'Done', category: 'Completed' },
];

/** A project at Azure DevOps. Answers as its REST API 7.1 does. */
export class FakeAzureDevOps extends FakeForge {
  protected readonly base = '';
  readonly threads: Thread[] = [];
  readonly workItems: WorkItem[] = [];
  /** Runs whose other jobs go on. */
  readonly running = new Set<number>();
  /** The most builds of a page, whatever is asked for. */
  pageSize = 100;
  /** Pipelines of the repository. */
  readonly pipelinesMade = [
    { id: 8, file: '/azure-pipelines/identity-drift.yml' },
    { id: 9, file: '/azure-pipelines/identity-deploy.yml' },
  ];
  private count = 1;

  constructor() {
    super('azure-devops');
  }

  get environment(): Record<string, string> {
    return {
      TF_BUILD: 'True',
      SYSTEM_COLLECTIONURI: `${this.url}/insurance/`,
      SYSTEM_TEAMPROJECT: 'Customer identity',
      SYSTEM_DEFINITIONID: '9',
      SYSTEM_ACCESSTOKEN: 'token-of-the-job',
      SYSTEM_PULLREQUEST_PULLREQUESTID: '7',
      BUILD_BUILDID: '42',
      BUILD_REPOSITORY_ID: REPOSITORY,
      BUILD_REPOSITORY_PROVIDER: 'TfsGit',
      AGENT_TEMPDIRECTORY: '/nowhere',
    };
  }

  page(run: number): string {
    return `${this.url}/insurance/Customer%20identity/_build/results?buildId=${run}`;
  }

  get comments(): readonly FakeComment[] {
    return this.threads.flatMap(({ comments }) =>
      comments.map(({ content, author }) => ({ body: content, isOwn: author.id === SERVICE })),
    );
  }

  get reports(): readonly FakeReport[] {
    const Fields = z.object({
      'System.Title': z.string(),
      'System.Description': z.string(),
      'System.Tags': z.string(),
      'System.State': z.string(),
      'System.CreatedBy': z.object({ id: z.string() }),
    });
    return this.workItems.map(({ fields }) => {
      const item = Fields.parse(fields);
      return {
        title: item['System.Title'],
        body: item['System.Description'],
        labels: item['System.Tags'].split('; '),
        isOwn: item['System.CreatedBy'].id === SERVICE,
        isOpen: item['System.State'] !== 'Done',
      };
    });
  }

  addComment(body: string, by: 'pipeline' | 'person'): void {
    const author = { id: by === 'pipeline' ? SERVICE : PERSON };
    this.threads.push({ id: this.count++, status: 'closed', comments: [{ id: 1, content: body, author }] });
  }

  forget(): void {
    this.threads.length = 0;
  }

  addReport({ body, isOwn, title, labels, isOpen }: FakeReport): void {
    this.workItems.push({
      id: this.count++,
      format: 'html',
      fields: {
        'System.Title': title,
        'System.Description': withoutComments(body),
        'System.Tags': labels.join('; '),
        'System.State': isOpen ? 'To Do' : 'Done',
        'System.CreatedBy': { id: isOwn ? SERVICE : PERSON },
      },
    });
  }

  protected respond(asked: Asked, { authorization, ...headers }: IncomingMessage['headers']): Reply {
    if (authorization !== 'Bearer token-of-the-job') {
      // Without this header it leads to the page for signing in.
      if (headers['x-tfs-fedauthredirect'] !== 'Suppress') return { status: 302, body: '', headers: { location: '/' } };
      return { status: 401, body: '' };
    }
    const isWrite = asked.method !== 'GET' && !/\/wit\/(wiql|workitemsbatch)$/.test(asked.path);
    if (isWrite && this.isReadOnly)
      return {
        status: 403,
        body: { message: "TF401027: You need the Git 'PullRequestContribute' permission to perform this action." },
      };
    const call = `${asked.method} ${asked.path.replace(PROJECT, '')}`;
    const proposed = this.proposals.azureDevOps(call, asked, { service: SERVICE, person: PERSON });
    return proposed ?? this.git(call, asked) ?? this.builds(call, asked) ?? this.boards(call, asked) ?? NOT_FOUND;
  }

  private git(call: string, { body }: Asked): Reply | undefined {
    const threads = `/git/repositories/${REPOSITORY}/pullRequests/7/threads`;
    if (call === 'GET /insurance/_apis/connectionData') return ok({ authenticatedUser: { id: SERVICE } });
    if (call === `GET ${threads}`) return ok({ value: this.threads, count: this.threads.length });
    if (call === `GET /git/repositories/${REPOSITORY}/pullRequests/7/labels`)
      return ok({ value: this.labels.map((name) => ({ id: name, name, active: true })) });
    if (call === `GET /git/repositories/${REPOSITORY}/pullrequests/7`)
      return ok({ pullRequestId: 7, lastMergeSourceCommit: { commitId: this.head } });
    if (call === `POST ${threads}`) {
      const { status, comments } = ThreadBody.parse(body);
      if (comments.some(({ content }) => content.length > MAX_CONTENT)) return TOO_LONG;
      const written = comments.map(({ content }, index) => ({ id: index + 1, content, author: { id: SERVICE } }));
      this.threads.push({ id: this.count++, status, comments: written });
      return ok(this.threads.at(-1));
    }
    const [, thread, comment] = /^PATCH .+\/threads\/(\d+)\/comments\/(\d+)$/.exec(call) ?? [];
    const found = this.threads
      .find(({ id }) => String(id) === thread)
      ?.comments.find(({ id, author }) => String(id) === comment && author.id === SERVICE);
    if (found === undefined) return undefined;
    found.content = Content.parse(body).content;
    return ok(found);
  }

  private builds(call: string, { query }: Asked): Reply | undefined {
    const [, id, timeline] = /^GET \/build\/builds\/(\d+)\/timeline(?:\/(.+))?$/.exec(call) ?? [];
    const run = this.runs.find((one) => String(one.id) === id);
    if (run !== undefined) return ok({ records: recordsOf(run, timeline) });
    if (call === 'GET /build/definitions') return this.pipelines(query);
    if (call !== 'GET /build/builds') return undefined;
    const found = this.runs
      .map((one) => buildOf(one, isEnded(one) && !this.running.has(one.id)))
      .filter(
        ({ definition, sourceBranch, status }) =>
          query.get('definitions')?.split(',').includes(String(definition.id)) &&
          sourceBranch === query.get('branchName') &&
          status === query.get('statusFilter'),
      )
      .toSorted((a, b) => (b.finishTime ?? '').localeCompare(a.finishTime ?? ''));
    const from = Number(query.get('continuationToken') ?? 0);
    const to = from + Math.min(this.pageSize, Number(query.get('$top') ?? 1000));
    const headers = to < found.length ? { 'x-ms-continuationtoken': String(to) } : {};
    return { ...ok({ value: found.slice(from, to) }), headers };
  }

  /** Those of other files and repositories too, a page for each: only with all properties is the file named. */
  private pipelines(query: URLSearchParams): Reply {
    const all = this.pipelinesMade.filter((_, index) => index === Number(query.get('continuationToken') ?? 0));
    const next = Number(query.get('continuationToken') ?? 0) + 1;
    const value = all.map(({ id, file }) => ({
      id,
      process: query.get('includeAllProperties') === 'true' ? { type: 2, yamlFilename: file } : { type: 2 },
    }));
    const headers = next < this.pipelinesMade.length ? { 'x-ms-continuationtoken': String(next) } : {};
    const isAsked = query.get('repositoryId') === REPOSITORY && query.get('repositoryType') === 'TfsGit';
    return isAsked ? { ...ok({ value }), headers } : NOT_FOUND;
  }

  private boards(call: string, { body }: Asked): Reply | undefined {
    if (call === 'GET /wit/workitemtypes/Task/states') return ok({ value: STATES });
    if (call === 'POST /wit/wiql') {
      const { query } = z.object({ query: z.string() }).parse(body);
      const [, tag] = /\[System\.Tags\] CONTAINS '(\w+)'/.exec(query) ?? [];
      const [, title] = /\[System\.Title\] = '([^']+)'/.exec(query) ?? [];
      const found = this.workItems.filter(
        ({ fields }) => fields['System.Tags'] === tag && fields['System.Title'] === title,
      );
      return ok({ queryType: 'flat', workItems: found.map(({ id }) => ({ id, url: '' })) });
    }
    if (call === 'POST /wit/workitemsbatch') {
      const { ids, fields } = z.object({ ids: z.array(z.number()), fields: z.array(z.string()) }).parse(body);
      const value = this.workItems
        .filter(({ id }) => ids.includes(id))
        .map((item) => ({
          id: item.id,
          fields: Object.fromEntries(Object.entries(item.fields).filter(([name]) => fields.includes(name))),
        }));
      return ok({ value });
    }
    if (call === 'POST /wit/workitems/$Task') {
      this.addReport({ title: '', body: '', labels: [], isOwn: true, isOpen: true });
      return this.patch(this.workItems.at(-1), body);
    }
    if (!call.startsWith('PATCH /wit/workitems/')) return undefined;
    return this.patch(
      this.workItems.find(({ id }) => call.endsWith(`/${id}`)),
      body,
    );
  }

  private patch(item: WorkItem | undefined, body: unknown): Reply | undefined {
    if (item === undefined) return undefined;
    for (const { path, value } of Patch.parse(body)) {
      const [, kind, field = ''] = path.split('/');
      if (kind === 'multilineFieldsFormat') item.format = value;
      else item.fields[field] = field === 'System.Description' ? withoutComments(value) : value;
    }
    return ok({ id: item.id, fields: item.fields });
  }
}

const NOT_FOUND: Reply = { status: 404, body: { message: 'The requested resource does not exist.' } };
const TOO_LONG: Reply = {
  status: 400,
  body: { message: 'A discussion comment cannot be longer than 150000 characters.' },
};

const ok = (body: unknown): Reply => ({ status: 200, body });

/** Azure Boards takes comments of HTML out of a description. */
function withoutComments(markdown: string): string {
  return markdown.replace(/<!--[^]*?-->\n?/g, '');
}

function buildOf(run: FakeRun, isDone: boolean) {
  const { id, commit, deploys, event = 'push', branch = 'main', repository = 'insurance/identity' } = run;
  return {
    id,
    status: isDone ? 'completed' : 'inProgress',
    reason: event === 'push' ? 'individualCI' : 'pullRequest',
    sourceBranch: `refs/heads/${branch}`,
    sourceVersion: commit,
    ...(isDone && { finishTime: deploys.at(-1)?.endedAt ?? run.createdAt ?? NEVER }),
    definition: { id: 9 },
    repository: { id: repository === 'insurance/identity' ? REPOSITORY : PERSON, type: 'TfsGit' },
  };
}

/** The records of a run: those of its last attempt, or those that a timeline of an earlier one has. */
function recordsOf({ id, deploys, leavesOut = [] }: FakeRun, timeline: string | undefined): readonly object[] {
  const attempt = timeline === undefined ? deploys.length : Number(timeline.replace(`timeline-${id}-`, ''));
  const deploy = deploys[attempt - 1];
  const stage = { id: 'stage', type: 'Stage', name: 'Deploy', state: 'completed', attempt };
  if (deploy === undefined) return [stage];
  const { conclusion, endedAt, isRejected = false, approval, estate } = deploy;
  const job = `job-${id}-${attempt}`;
  const names = {
    stage: 'Deploy',
    job: 'Deploy',
    ...(estate && { stage: `Deploy: ${estate}`, job: `Deploy ${estate}` }),
  };
  const task = { type: 'Task', parentId: job, state: 'completed' };
  return [
    ...leavesOut.map((name) => ({ ...skipped, id: `stage-${id}-${name}`, name: `Deploy: ${name}` })),
    // Of estates that a run deploys beside.
    ...deploys
      .filter((other) => other.estate !== undefined && other.estate !== estate)
      .flatMap((other) => besides(id, other)),
    {
      ...stage,
      name: names.stage,
      state: conclusion === null ? 'inProgress' : 'completed',
      previousAttempts: Array.from({ length: attempt - 1 }, (_, index) => ({
        attempt: index + 1,
        timelineId: `timeline-${id}-${index + 1}`,
      })),
    },
    {
      ...{ id: job, parentId: 'stage', type: 'Job', name: names.job, attempt },
      state: conclusion === null ? 'inProgress' : 'completed',
      ...(conclusion !== null && { result: RESULTS[conclusion], finishTime: endedAt }),
    },
    ...(isRejected
      ? []
      : [
          { ...task, id: 'checkout', name: 'Checkout', result: 'succeeded' },
          ...(approval === undefined
            ? []
            : [{ ...task, id: 'approval', name: APPROVAL_STEP, result: APPROVALS[approval] }]),
        ]),
  ];
}

const skipped = { type: 'Stage', state: 'completed', result: 'skipped', attempt: 1 };

function besides(id: number, { estate = '', conclusion, endedAt }: FakeDeploy): readonly object[] {
  const state = conclusion === null ? 'pending' : 'completed';
  const ended = conclusion !== null && { result: RESULTS[conclusion], finishTime: endedAt };
  const [stage, job] = [`stage-${id}-${estate}`, `job-${id}-${estate}`];
  return [
    { id: stage, type: 'Stage', name: `Deploy: ${estate}`, state, attempt: 1 },
    { id: job, parentId: stage, type: 'Job', name: `Deploy ${estate}`, attempt: 1, state, ...ended },
    { id: `${job}-checkout`, parentId: job, type: 'Task', name: 'Checkout', state: 'completed', result: 'succeeded' },
  ];
}

const APPROVALS = { ...RESULTS, skipped: 'skipped' } as const;
