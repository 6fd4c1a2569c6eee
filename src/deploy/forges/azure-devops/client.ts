import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DEFAULT_BRANCH } from '../../../estate/sections/pipeline/limits';
import { azureDevOpsProposer } from './proposals';
import { type AzureDevOpsRun, tokenOf } from './run';
import { workItemTracker } from './work-items';
import { type Comment, type Commented, type Forge, keepReport, numberOf, type Report, type Reported } from '../forge';
import { type Answer, type Call, ForgeHttp, type ForgeOptions } from '../forge-http';
import { keepProposal, type Proposal, type Proposed } from '../proposal';

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
  /**
   * A comment of a thread has 150,000 characters at most, as its refusal says; a description of a work item has more, that of a
   * pull request 4,000.
   */
  readonly limits = { comment: 149_000, report: 149_000, proposal: 3_900 };
  private readonly http: ForgeHttp;

  private readonly branch: string;

  constructor(
    private readonly run: AzureDevOpsRun,
    { timing, branch = DEFAULT_BRANCH }: ForgeOptions = {},
  ) {
    this.branch = branch;
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
