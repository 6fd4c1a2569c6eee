import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type AzureDevOpsRun, tokenOf } from './run';
import { workItemTracker } from './work-items';
import {
  type Approval,
  type Comment,
  type Commented,
  type Forge,
  keepProposal,
  keepReport,
  type MergedChange,
  numberOf,
  type Proposal,
  type Proposed,
  type PushTarget,
  type Report,
  type Reported,
  ForgeClient,
  ForgeError,
  type ForgeOptions,
} from '../forge';
import { type Answer, type Call, ForgeHttp } from '../forge-http';

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

/** Type of the policy 'Build validation', the same in every organization. */
const BUILD_VALIDATION = '0609b952-1397-4640-95ec-e00a01b2c241';

/** Pull requests of the pipeline that are looked through. */
const MAX_OPEN = 200;

const PullRequests = z.object({
  value: z.array(
    z.object({
      pullRequestId: z.number(),
      sourceRefName: z.string(),
      createdBy: z.object({ id: z.string() }),
      forkSource: z.unknown().optional(),
    }),
  ),
});
const Pushed = z.object({ commits: z.array(z.object({ commitId: z.string() })).min(1) });
const Opened = z.object({ pullRequestId: z.number() });
/** A vote of 10 approves, one of 5 approves with suggestions (Azure DevOps, 'IdentityRefWithVote'). */
const APPROVES = [10, 5];
const Merged = z.object({
  results: z.array(
    z.record(
      z.string(),
      z.array(
        z.object({
          pullRequestId: z.number(),
          targetRefName: z.string(),
          reviewers: z.array(
            z.object({
              ...{ displayName: z.string(), uniqueName: z.string().nullish(), vote: z.number() },
              /** True of a group, whose vote is that of a member. */
              isContainer: z.boolean().nullish(),
            }),
          ),
        }),
      ),
    ),
  ),
});
const Policies = z.object({ value: z.array(z.object({ isEnabled: z.boolean(), isBlocking: z.boolean() })) });

/** Permissions of a report: it is looked for, written, and given a tag that the project may not have yet. */
const REPORT_PERMISSIONS = "'View work items in this node', 'Edit work items in this node' and 'Create tag definition'";

/** A call below the organization, and the permission of the build service that it takes. */
type Needed = Omit<Call, 'authorization' | 'permission'> & { readonly permission: string };

/** Work of the pipeline at Azure DevOps. A text of its own is known by a marker, and by the identity that wrote it. */
export class AzureDevOps extends ForgeClient<AzureDevOpsRun> implements Forge {
  readonly name = 'azure-devops';
  /**
   * A comment of a thread has 150,000 characters at most, as its refusal says; a description of a work item has more, that of a
   * pull request 4,000.
   */
  readonly limits = { comment: 149_000, report: 149_000, proposal: 3_900 };
  private readonly http: ForgeHttp;

  constructor(run: AzureDevOpsRun, options: ForgeOptions = {}) {
    super(run, options);
    this.http = new ForgeHttp({
      url: run.organizationUrl,
      forge: 'Azure DevOps',
      statusPages: { 'dev.azure.com': 'https://status.dev.azure.com' },
      // Otherwise it leads to the page for signing in.
      headers: { 'x-tfs-fedauthredirect': 'Suppress' },
      timing: options.timing,
    });
  }

  pullRequest(): number {
    return numberOf(
      this.run.pullRequest,
      'this run must be of a pull request, started by a branch policy of build validation: SYSTEM_PULLREQUEST_PULLREQUESTID must be set',
    );
  }

  async headOf(pullRequest: number): Promise<string> {
    const path = `${this.repository}/pullrequests/${pullRequest}?${VERSION}`;
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

  /** Proposals are known by who made them, and by the branch. */
  propose(proposal: Proposal): Promise<Proposed> {
    const pulls = `${this.repository}/pullrequests`;
    const permission = "'Contribute to pull requests'";
    const change = async (number: number, body: object): Promise<void> => {
      await this.send({ method: 'PATCH', path: `${pulls}/${number}?${VERSION}`, body, permission });
    };
    return keepProposal(
      {
        open: async () => {
          const me = await this.self();
          const criteria = `searchCriteria.status=active&searchCriteria.creatorId=${me}&searchCriteria.targetRefName=${refOf(this.branch)}`;
          const path = `${pulls}?${criteria}&$top=${MAX_OPEN}&${VERSION}`;
          const { value } = (await this.send({ method: 'GET', path, permission: "'Read'" })).read(PullRequests);
          return value
            .filter(({ createdBy, forkSource }) => createdBy.id === me && (forkSource ?? undefined) === undefined)
            .map(({ pullRequestId, sourceRefName }) => {
              return { number: pullRequestId, branch: sourceRefName.replace(/^refs\/heads\//, '') };
            });
        },
        create: async (wanted) => {
          const { branch, title, body: description } = wanted;
          const head = await this.push(wanted);
          const refs = { sourceRefName: `refs/heads/${branch}`, targetRefName: `refs/heads/${this.branch}` };
          const body = { title, description, ...refs };
          const opened = await this.send({ method: 'POST', path: `${pulls}?${VERSION}`, body, permission });
          const { pullRequestId } = opened.read(Opened);
          return { number: pullRequestId, id: String(pullRequestId), head };
        },
        mergeWhenReady: async ({ number }) => {
          await this.checkBuildIsRequired(number);
          const autoCompleteSetBy = { id: await this.self() };
          await change(number, { autoCompleteSetBy, completionOptions: { deleteSourceBranch: true } });
        },
        close: (number) => change(number, { status: 'abandoned' }),
      },
      proposal,
    );
  }

  /** Makes the commit of a proposal and its branch. @returns the commit */
  private async push({ branch, commit, title, files }: Proposal): Promise<string> {
    const changes = files.map(({ path, text, isNew }) => ({
      changeType: isNew ? 'add' : 'edit',
      item: { path: `/${path}` },
      newContent: { content: text, contentType: 'rawtext' },
    }));
    const refUpdates = [{ name: `refs/heads/${branch}`, oldObjectId: commit }];
    const pushed = await this.send({
      method: 'POST',
      path: `${this.repository}/pushes?${VERSION}`,
      body: { refUpdates, commits: [{ comment: title, changes }] },
      permission: "'Contribute' and 'Create branch'",
    });
    return pushed.read(Pushed).commits[0]?.commitId ?? commit;
  }

  /** Without a policy to wait for, Azure DevOps would complete it at once. */
  private async checkBuildIsRequired(number: number): Promise<void> {
    const scope = `repositoryId=${this.run.repository}&refName=${refOf(this.branch)}&policyType=${BUILD_VALIDATION}`;
    const path = `${this.project}/git/policy/configurations?${scope}&${VERSION}`;
    const { value } = (await this.send({ method: 'GET', path, permission: "'Read'" })).read(Policies);
    if (value.some(({ isEnabled, isBlocking }) => isEnabled && isBlocking)) return;
    throw new ForgeError(
      `pull request #${number} is open, but can't be set to complete by itself: let a policy of ${this.branch} require the build of identity-preview.yml`,
    );
  }

  pushTarget(): PushTarget {
    return {
      url: this.run.repositoryUrl,
      authorization: `Bearer ${tokenOf(this.run)}`,
      permission: "give the build service of the project the permission 'Contribute' of the repository",
    };
  }

  async mergedWith(commit: string): Promise<readonly MergedChange[]> {
    const path = `${this.repository}/pullrequestquery?${VERSION}`;
    const body = { queries: [{ items: [commit], type: 'lastMergeCommit' }] };
    const { results } = (await this.send({ method: 'POST', path, body, permission: "'Read'" })).read(Merged);
    return results
      .flatMap((found) => found[commit] ?? [])
      .filter(({ targetRefName }) => targetRefName === `refs/heads/${this.branch}`)
      .map(({ pullRequestId, reviewers }) => ({
        number: pullRequestId,
        approvals: reviewers
          .filter(({ vote, isContainer }) => APPROVES.includes(vote) && isContainer !== true)
          .map(({ displayName, uniqueName }) => ({ by: uniqueName ?? displayName })),
      }));
  }

  approvals(): Promise<readonly Approval[]> {
    return Promise.reject(
      new ForgeError(
        `Azure DevOps describes no call that leads from a run to its approvals: ${this.runUrl} shows them`,
      ),
    );
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

  private get repository(): string {
    return `${this.project}/git/repositories/${this.run.repository}`;
  }

  private get pullRequests(): string {
    return `${this.repository}/pullRequests`;
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

/** A branch in a query. */
const refOf = (branch: string): string => `refs/heads/${encodeURIComponent(branch)}`;
