import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import {
  basic,
  type Approval,
  type Comment,
  type Commented,
  type Forge,
  ForgeClient,
  ForgeError,
  type ForgeOptions,
  keepProposal,
  keepReport,
  type MergedChange,
  numberOf,
  type OpenProposal,
  type Proposal,
  type Proposed,
  type PushTarget,
  type Report,
  type Reported,
} from '../forge';
import { allOf, type Answer, type Call, ForgeHttp, itemsOf } from '../forge-http';
import {
  type GitLabRun,
  NO_COMMENTS,
  PLACEMENT_TOKEN,
  placementTokenOf,
  PROJECT_TOKEN,
  projectTokenOf,
  PROPOSAL_TOKEN,
  proposalTokenOf,
} from './run';

/** File of the summary, which the job keeps as an artifact: GitLab has no page for it. */
const SUMMARY_FILE = 'plan/summary.md';

const Author = z.object({ id: z.number() });
const Notes = z.array(z.object({ id: z.number(), body: z.string(), system: z.boolean(), author: Author }));
const MergeRequest = z.object({ labels: z.array(z.string()) });
const Head = z.object({ sha: z.string() });
const Issue = z.object({ iid: z.number() });
const Issues = z.array(Issue.extend({ description: z.string().nullable(), author: Author }));

const MergeRequests = z.array(
  z.object({
    iid: z.number(),
    description: z.string().nullish(),
    author: Author,
    source_branch: z.string(),
    source_project_id: z.number().nullish(),
  }),
);
const Commit = z.object({ id: z.string() });
const Pipeline = z.object({ head_pipeline: z.object({ id: z.number() }).nullish() });
const Person = z.object({ username: z.string() });
const Merged = z.array(z.object({ iid: z.number(), state: z.string(), target_branch: z.string() }));
const Approvals = z.object({ approved_by: z.array(z.object({ user: Person })) });
const Deployments = z.array(z.object({ id: z.number(), deployable: z.object({ id: z.number() }).nullish() }));
const Deployment = z.object({
  approvals: z
    .array(
      z.object({ user: Person, status: z.string(), created_at: z.string().nullish(), comment: z.string().nullish() }),
    )
    .nullish(),
});
const Project = z.object({ only_allow_merge_if_pipeline_succeeds: z.boolean().nullish() });

/** GitLab makes the pipeline of a merge request some seconds after it. */
const PIPELINE_ATTEMPTS = 20;
const PIPELINE_WAIT_MS = 6_000;

type Access = Pick<Call, 'authorization' | 'permission'>;

/** Work of the pipeline at GitLab. A text of its own is known by a marker, and by the user of the token that wrote it. */
export class GitLab extends ForgeClient<GitLabRun> implements Forge {
  readonly name = 'gitlab';
  /** A note has 1,000,000 characters at most, the description of an issue 1,048,576 bytes, which are four a character at most. */
  readonly limits = { comment: 999_000, report: 250_000, proposal: 250_000 };
  private readonly http: ForgeHttp;

  constructor(run: GitLabRun, options: ForgeOptions = {}) {
    super(run, options);
    this.http = new ForgeHttp({
      url: run.apiUrl,
      forge: 'GitLab',
      statusPages: { 'gitlab.com': 'https://status.gitlab.com' },
      timing: options.timing,
    });
  }

  get cannotComment(): string | undefined {
    return this.run.projectToken === undefined ? NO_COMMENTS : undefined;
  }

  pullRequest(): number {
    return numberOf(
      this.run.mergeRequest,
      'this must be a pipeline of a merge request: CI_MERGE_REQUEST_IID must be set',
    );
  }

  async headOf(mergeRequest: number): Promise<string> {
    return (await this.ofMergeRequest(mergeRequest)).read(Head).sha;
  }

  async upsertComment(mergeRequest: number, { marker, body, replaces }: Comment): Promise<Commented> {
    const notes = `${this.mergeRequests}/${mergeRequest}/notes`;
    const self = await this.self();
    let mine: z.infer<typeof Notes>[number] | undefined;
    for await (const note of this.items(`${notes}?sort=asc`, Notes, this.asProject()))
      if (!note.system && note.author.id === self && note.body.startsWith(marker)) {
        mine = note;
        break;
      }
    if (mine !== undefined && !replaces(mine.body)) return 'kept';
    if (mine === undefined) await this.write('POST', notes, { body });
    else await this.write('PUT', `${notes}/${mine.id}`, { body });
    return mine === undefined ? 'created' : 'updated';
  }

  async labelsOf(mergeRequest: number): Promise<readonly string[]> {
    return (await this.ofMergeRequest(mergeRequest)).read(MergeRequest).labels;
  }

  report(report: Report): Promise<Reported> {
    return keepReport(
      {
        find: async ({ marker, label }) => {
          const self = await this.self();
          const path = `${this.project}/issues?state=opened&scope=all&labels=${encodeURIComponent(label)}&author_id=${self}`;
          for await (const { iid, description, author } of this.items(path, Issues, this.asProject()))
            if (author.id === self && description?.startsWith(marker) === true) return iid;
          return undefined;
        },
        create: async ({ title, body, label }) =>
          (await this.write('POST', `${this.project}/issues`, { title, description: body, labels: label })).read(Issue)
            .iid,
        update: async (iid, { body, isOpen }) => {
          const change = { description: body, ...(!isOpen && { state_event: 'close' }) };
          await this.write('PUT', `${this.project}/issues/${iid}`, change);
        },
      },
      report,
    );
  }

  async propose(proposal: Proposal): Promise<Proposed> {
    const { branch: base, project } = this;
    const access: Access = {
      authorization: { 'private-token': proposalTokenOf(this.run) },
      permission: PROPOSAL_TOKEN,
    };
    const write = (method: 'POST' | 'PUT', route: string, body: object): Promise<Answer> =>
      this.http.send({ method, path: `${project}${route}`, body, ...access });
    return keepProposal(
      {
        open: () => this.openProposals(proposal, access),
        create: async ({ branch, commit, title, body, files }) => {
          const actions = files.map(({ path, text, isNew }) => {
            return { action: isNew ? 'create' : 'update', file_path: path, content: text };
          });
          const change = { branch, start_sha: commit, commit_message: title, actions };
          const head = (await write('POST', '/repository/commits', change)).read(Commit).id;
          const request = { title, description: body, source_branch: branch, target_branch: base };
          const opened = await write('POST', '/merge_requests', { ...request, remove_source_branch: true });
          const { iid } = opened.read(Issue);
          return { number: iid, id: String(iid), head };
        },
        mergeWhenReady: async ({ number, head }) => {
          await this.waitForPipeline(number, access);
          await write('PUT', `/merge_requests/${number}/merge`, { auto_merge: true, sha: head });
        },
        close: async (number) => {
          await write('PUT', `/merge_requests/${number}`, { state_event: 'close' });
        },
      },
      proposal,
    );
  }

  private async openProposals({ marker }: Proposal, access: Access): Promise<readonly OpenProposal[]> {
    const me = await this.self(access);
    const route = `/merge_requests?state=opened&scope=all&target_branch=${encodeURIComponent(this.branch)}&author_id=${me}`;
    const found = await allOf(this.items(`${this.project}${route}`, MergeRequests, access));
    return found
      .filter(({ author, source_project_id }) => author.id === me && String(source_project_id) === this.run.projectId)
      .filter(({ description }) => description?.startsWith(marker) === true)
      .map(({ iid, source_branch }) => ({ number: iid, branch: source_branch }));
  }

  /** Without a pipeline, or where the project merges without one, GitLab would merge at once. */
  private async waitForPipeline(number: number, access: Access): Promise<void> {
    const get = (route: string): Promise<Answer> =>
      this.http.send({ method: 'GET', path: `${this.project}${route}`, ...access });
    if ((await get('')).read(Project).only_allow_merge_if_pipeline_succeeds !== true)
      throw new ForgeError(
        `merge request #${number} is open, but can't be set to merge by itself: turn on 'Pipelines must succeed' (Settings, Merge requests)`,
      );
    for (let attempt = 1; attempt <= PIPELINE_ATTEMPTS; attempt++) {
      if (attempt > 1) await this.http.wait(PIPELINE_WAIT_MS);
      if ((await get(`/merge_requests/${number}`)).read(Pipeline).head_pipeline) return;
    }
    throw new ForgeError(`merge request #${number} is open, but has no pipeline that it could wait for`);
  }

  pushTarget(): PushTarget {
    const authorization = basic('identity', placementTokenOf(this.run));
    return { url: `${this.run.projectUrl}.git`, authorization, permission: PLACEMENT_TOKEN };
  }

  async mergedWith(commit: string): Promise<readonly MergedChange[]> {
    const access = this.asProject();
    const route = `${this.project}/repository/commits/${commit}/merge_requests`;
    const found = await allOf(this.items(route, Merged, access));
    const merged = found.filter(({ state, target_branch }) => state === 'merged' && target_branch === this.branch);
    return Promise.all(
      merged.map(async ({ iid }) => {
        const path = `${this.project}/merge_requests/${iid}/approvals`;
        const { approved_by } = (await this.http.send({ method: 'GET', path, ...access })).read(Approvals);
        return { number: iid, approvals: approved_by.map(({ user }) => ({ by: user.username })) };
      }),
    );
  }

  /** A deployment is known by its job. Without protected environments it has no approvals. */
  async approvals(environment: string): Promise<readonly Approval[]> {
    const { jobId } = this.run;
    if (jobId === undefined) throw new ForgeError('this must be a job of GitLab: CI_JOB_ID must be set');
    const access = this.asProject();
    const query = `environment=${encodeURIComponent(environment)}&order_by=id&sort=desc`;
    for await (const { id, deployable } of this.items(`${this.project}/deployments?${query}`, Deployments, access)) {
      if (String(deployable?.id) !== jobId) continue;
      const path = `${this.project}/deployments/${id}`;
      const { approvals } = (await this.http.send({ method: 'GET', path, ...access })).read(Deployment);
      return (approvals ?? []).filter(({ status }) => status === 'approved').map(approvalOf);
    }
    throw new ForgeError(`GitLab has no deployment of the job ${jobId} to ${environment}`);
  }

  async summary(markdown: string): Promise<readonly string[]> {
    await mkdir(dirname(SUMMARY_FILE), { recursive: true });
    await appendFile(SUMMARY_FILE, markdown);
    return [`the summary is in ${SUMMARY_FILE}, which the job must keep as an artifact`];
  }

  /** Id of the user of a token. */
  private async self(access: Access = this.asProject()): Promise<number> {
    return (await this.http.send({ method: 'GET', path: '/user', ...access })).read(Author).id;
  }

  private items<T>(list: string, schema: z.ZodType<readonly T[]>, access: Access): AsyncGenerator<T> {
    const ask = (path: string): Promise<Answer> => this.http.send({ method: 'GET', path, ...access });
    return itemsOf({ list, ask, schema, isLast: (headers) => !headers.get('x-next-page') });
  }

  private async write(method: 'POST' | 'PUT', path: string, body: object): Promise<Answer> {
    return this.http.send({ method, path, body, ...this.asProject() });
  }

  private async ofMergeRequest(mergeRequest: number): Promise<Answer> {
    const access =
      this.run.projectToken === undefined
        ? this.asJob('read the merge request', '; an older GitLab lets no job: set GITLAB_TOKEN there')
        : this.asProject();
    return this.http.send({ method: 'GET', path: `${this.mergeRequests}/${mergeRequest}`, ...access });
  }

  /** Those of the project that is merged into, which is not the one that the pipeline of a fork runs in. */
  private get mergeRequests(): string {
    return `/projects/${this.run.mergeRequestProject}/merge_requests`;
  }

  private get project(): string {
    return `/projects/${this.run.projectId}`;
  }

  private asProject(): Access {
    return { authorization: { 'private-token': projectTokenOf(this.run) }, permission: PROJECT_TOKEN };
  }

  private asJob(what: string, otherwise = ''): Access {
    return {
      authorization: { 'job-token': this.run.jobToken },
      permission: `the token of the job must be allowed to ${what}: by the role of who started the pipeline, and by Settings, CI/CD, Job token permissions${otherwise}`,
    };
  }
}

type GivenApproval = NonNullable<z.infer<typeof Deployment>['approvals']>[number];

function approvalOf({ user, created_at: at, comment }: GivenApproval): Approval {
  return { by: user.username, ...(at && { at }), ...(comment && { comment }) };
}
