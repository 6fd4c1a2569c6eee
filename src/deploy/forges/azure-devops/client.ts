import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DEFAULT_BRANCH } from '../../../estate/sections/pipeline/limits';
import {
  type Comment,
  type Commented,
  type DeploymentRun,
  type Forge,
  type ForgeWords,
  keepReport,
  numberOf,
  type Report,
  type Reported,
  type Tracker,
} from '../forge';
import { type Answer, type Call, ForgeHttp, type ForgeOptions } from '../forge-http';
import { artifactOf } from '../job-names';
import { keepProposal, type Proposal, type Proposed } from '../proposal';
import { azureDevOpsDeployments } from './builds';
import { azureDevOpsProposer } from './proposals';
import { type AzureDevOpsRun, tokenOf } from './run';

const VERSION = 'api-version=7.1';

const Self = z.object({ authenticatedUser: z.object({ id: z.string() }) });
const ThreadComment = z.object({
  id: z.number(),
  content: z.string().nullish(),
  isDeleted: z.boolean().nullish(),
  author: z.object({ id: z.string() }).nullish(),
});
type ThreadComment = z.infer<typeof ThreadComment>;
const Threads = z.object({
  value: z.array(
    z.object({ id: z.number(), isDeleted: z.boolean().nullish(), comments: z.array(ThreadComment).nullish() }),
  ),
});
const PullRequest = z.object({ lastMergeSourceCommit: z.object({ commitId: z.string() }) });
const Labels = z.object({ value: z.array(z.object({ name: z.string(), active: z.boolean().nullish() })) });

/** Permissions of a report: it is looked for, written, and given a tag that the project may not have yet. */
const REPORT_PERMISSIONS = "'View work items in this node', 'Edit work items in this node' and 'Create tag definition'";

/** A call below the organization, and the permission of the build service that it takes. */
type Needed = Omit<Call, 'authorization' | 'permission'> & { readonly permission: string };

/** Work of the pipeline at Azure DevOps. A text of its own is known by a marker, and by the identity that wrote it. */
export class AzureDevOps implements Forge {
  readonly name = 'azure-devops';
  readonly words: ForgeWords = {
    forge: 'Azure DevOps',
    pipelines: 'Azure Pipelines',
    pullRequest: 'pull request',
    pipeline: 'pipeline',
    newRun: 'Run pipeline',
    runAgain: 'Rerun stage',
    afterLabel: "then run it again ('Re-queue' of the check), since a label starts nothing",
    wholeHistory: 'fetchDepth: 0',
    keeps: (report, estate) => ({ where: 'its artifact', name: artifactOf(report, estate) }),
  };
  /**
   * A comment of a thread has 150,000 characters at most, as its refusal says; a description of a work item has more, that of a
   * pull request 4,000.
   */
  readonly limits = { comment: 149_000, report: 149_000, proposal: 3_900 };
  private readonly http: ForgeHttp;

  private readonly branch: string;
  private readonly deploysElsewhere: boolean;

  constructor(
    private readonly run: AzureDevOpsRun,
    { timing, branch = DEFAULT_BRANCH, deploysElsewhere = false }: ForgeOptions = {},
  ) {
    this.branch = branch;
    this.deploysElsewhere = deploysElsewhere;
    this.http = new ForgeHttp({
      url: run.organizationUrl,
      forge: 'Azure DevOps',
      statusPages: { 'dev.azure.com': 'https://status.dev.azure.com' },
      // Otherwise it leads to the page for signing in.
      headers: { 'x-tfs-fedauthredirect': 'Suppress' },
      timing,
    });
  }

  get runUrl(): string {
    return this.run.url;
  }

  get runNumber(): number {
    return this.run.id;
  }

  pullRequest(): number {
    return numberOf(
      this.run.pullRequest,
      'this run must be of a pull request, started by a branch policy of build validation: SYSTEM_PULLREQUEST_PULLREQUESTID must be set',
    );
  }

  async headOf(pullRequest: number): Promise<string> {
    const path = `${this.project}/git/repositories/${this.run.repository}/pullrequests/${pullRequest}?${VERSION}`;
    const { read } = await this.send({ method: 'GET', path, permission: "'Read'" });
    return read(PullRequest).lastMergeSourceCommit.commitId;
  }

  async upsertComment(pullRequest: number, { marker, body, replaces }: Comment): Promise<Commented> {
    const permission = "'Contribute to pull requests'";
    const threads = `${this.pullRequests}/${pullRequest}/threads`;
    const list = await this.send({ method: 'GET', path: `${threads}?${VERSION}`, permission });
    const mine = ownComment(list.read(Threads), { marker, self: await this.self() });
    if (mine !== undefined) {
      if (!replaces(mine.text)) return 'kept';
      const path = `${threads}/${mine.thread}/comments/${mine.comment}?${VERSION}`;
      await this.send({ method: 'PATCH', path, body: { content: body }, permission });
      return 'updated';
    }
    // An active thread would hold up a merge where all comments must be resolved.
    const thread = { comments: [{ parentCommentId: 0, content: body, commentType: 'text' }], status: 'closed' };
    await this.send({ method: 'POST', path: `${threads}?${VERSION}`, body: thread, permission });
    return 'created';
  }

  async labelsOf(pullRequest: number): Promise<readonly string[]> {
    const path = `${this.pullRequests}/${pullRequest}/labels?${VERSION}`;
    const { read } = await this.send({ method: 'GET', path, permission: "'Read'" });
    return read(Labels)
      .value.filter(({ active }) => active !== false)
      .map(({ name }) => name);
  }

  report(report: Report): Promise<Reported> {
    const tracker = workItemTracker({
      send: ({ path, isPatch = false, ...call }) =>
        this.send({
          ...call,
          path: `${this.project}${path}`,
          ...(isPatch && { contentType: 'application/json-patch+json' }),
          permission: REPORT_PERMISSIONS,
        }),
      self: () => this.self(),
    });
    return keepReport(tracker, report);
  }

  propose(proposal: Proposal): Promise<Proposed> {
    const proposer = azureDevOpsProposer({
      repository: this.run.repository,
      branch: this.branch,
      self: () => this.self(),
      send: ({ path, ...call }) => this.send({ ...call, path: `${this.project}${path}` }),
    });
    return keepProposal(proposer, proposal);
  }

  /** The agent takes the file when it reads the line. */
  async summary(markdown: string): Promise<readonly string[]> {
    const file = join(await mkdtemp(join(this.run.temporary, 'summary-')), 'identity.md');
    await writeFile(file, markdown);
    return [`##vso[task.uploadsummary]${file}`];
  }

  deployments(job: string): AsyncIterable<DeploymentRun> {
    const read = (path: string): Promise<Answer> => {
      const permission = path.startsWith('/build/definitions') ? "'View build pipeline'" : "'View builds'";
      return this.send({ method: 'GET', path: `${this.project}${path}${VERSION}`, permission });
    };
    const { branch, deploysElsewhere } = this;
    return azureDevOpsDeployments(read, this.run, { name: job, branch, deploysElsewhere });
  }

  /** Id of the build service, as which this pipeline writes. */
  private async self(): Promise<string> {
    const path = '/_apis/connectionData?api-version=7.1-preview.1';
    const { read } = await this.send({ method: 'GET', path, permission: "'View project-level information'" });
    return read(Self).authenticatedUser.id;
  }

  private get pullRequests(): string {
    return `${this.project}/git/repositories/${this.run.repository}/pullRequests`;
  }

  private get project(): string {
    return `/${encodeURIComponent(this.run.project)}/_apis`;
  }

  private send({ permission, ...call }: Needed): Promise<Answer> {
    return this.http.send({
      ...call,
      authorization: { authorization: `Bearer ${tokenOf(this.run)}` },
      permission: `give the build service of the project the permission ${permission}; a pull request from a fork does not have it`,
    });
  }
}

function ownComment(
  { value }: z.infer<typeof Threads>,
  { marker, self }: { readonly marker: string; readonly self: string },
): { readonly thread: number; readonly comment: number; readonly text: string } | undefined {
  const isOwn = ({ author, content, isDeleted }: ThreadComment): boolean =>
    isDeleted !== true && author?.id === self && content?.startsWith(marker) === true;
  for (const { id, isDeleted, comments } of value) {
    const first = comments?.[0];
    if (isDeleted !== true && first !== undefined && isOwn(first))
      return { thread: id, comment: first.id, text: first.content ?? marker };
  }
  return undefined;
}

/**
 * Type of the report: of Agile, Basic, CMMI and Scrum, it is the only one for small work that all have. Its states differ, so
 * they are asked for.
 */
const TYPE = 'Task';

/** Categories of states in which a work item is closed. */
const CLOSED: ReadonlySet<string> = new Set(['Completed', 'Removed']);

/** Work items that are looked through: those with the label that changed last. A batch has 200 at most. */
const MAX_ITEMS = 200;

const States = z.object({ value: z.array(z.object({ name: z.string(), category: z.string() })) });
const Found = z.object({ workItems: z.array(z.object({ id: z.number() })).nullish() });
const Item = z.object({ id: z.number() });
const Items = z.object({
  value: z.array(
    Item.extend({
      fields: z.object({
        'System.Title': z.string().optional(),
        'System.State': z.string().optional(),
        'System.Tags': z.string().optional(),
        'System.CreatedBy': z.object({ id: z.string().optional() }).optional(),
      }),
    }),
  ),
});

/** A call below the project. */
interface WorkItemCall {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly isPatch?: boolean;
}

interface WorkItemsOptions {
  readonly send: (call: WorkItemCall) => Promise<Answer>;
  /** Id of the identity that this pipeline is. */
  readonly self: () => Promise<string>;
}

/**
 * Reports as work items of Azure Boards. They are known by their tag, their title and who made them: Azure Boards takes comments
 * of HTML out of a description, and a marker with them.
 */
function workItemTracker({ send, self }: WorkItemsOptions): Tracker {
  const states = async () => {
    const path = `/wit/workitemtypes/${TYPE}/states?api-version=7.1`;
    return (await send({ method: 'GET', path })).read(States).value;
  };
  return {
    find: async (report) => {
      const path = `/wit/wiql?$top=${MAX_ITEMS}&api-version=7.1`;
      const { workItems } = (await send({ method: 'POST', path, body: { query: queryOf(report) } })).read(Found);
      const ids = (workItems ?? []).map(({ id }) => id);
      if (ids.length === 0) return undefined;
      const fields = ['System.Title', 'System.State', 'System.Tags', 'System.CreatedBy'];
      const batch = { method: 'POST', path: '/wit/workitemsbatch?api-version=7.1', body: { ids, fields } } as const;
      const { value } = (await send(batch)).read(Items);
      const [me, all] = [await self(), await states()];
      const isClosed = (state: string | undefined): boolean =>
        all.some(({ name, category }) => name === state && CLOSED.has(category));
      return value.find(
        ({ fields: item }) =>
          item['System.Title'] === report.title &&
          item['System.CreatedBy']?.id === me &&
          tagsOf(item['System.Tags']).includes(report.label) &&
          !isClosed(item['System.State']),
      )?.id;
    },
    create: async (report) => {
      const path = `/wit/workitems/$${TYPE}?api-version=${MARKDOWN_VERSION}`;
      return (await send({ method: 'POST', path, body: creation(report), isPatch: true })).read(Item).id;
    },
    update: async (id, { body, isOpen }) => {
      const closed = isOpen ? undefined : (await states()).find(({ category }) => category === 'Completed')?.name;
      const change = [
        { op: 'add', path: '/fields/System.Description', value: body },
        ...(closed === undefined ? [] : [{ op: 'add', path: '/fields/System.State', value: closed }]),
      ];
      const path = `/wit/workitems/${id}?api-version=${MARKDOWN_VERSION}`;
      await send({ method: 'PATCH', path, body: change, isPatch: true });
    },
  };
}

/** Version of the API whose descriptions may be Markdown; before it they are HTML. */
const MARKDOWN_VERSION = '7.2-preview.3';

function creation({ title, body, label }: Report): readonly object[] {
  return [
    { op: 'add', path: '/fields/System.Title', value: title },
    { op: 'add', path: '/fields/System.Tags', value: label },
    { op: 'add', path: '/fields/System.Description', value: body },
    // It can be set once, and stays.
    { op: 'add', path: '/multilineFieldsFormat/System.Description', value: 'markdown' },
  ];
}

function queryOf({ title, label }: Report): string {
  const conditions = [
    '[System.TeamProject] = @project',
    `[System.WorkItemType] = '${TYPE}'`,
    `[System.Tags] CONTAINS ${quoted(label)}`,
    `[System.Title] = ${quoted(title)}`,
  ];
  return `SELECT [System.Id] FROM WorkItems WHERE ${conditions.join(' AND ')} ORDER BY [System.ChangedDate] DESC`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `drift; urgent` */
function tagsOf(tags: string | undefined): readonly string[] {
  return tags?.split(';').map((tag) => tag.trim()) ?? [];
}
