import { appendFile } from 'node:fs/promises';
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
  type OpenedProposal,
  type Proposal,
  type Proposed,
  type PushTarget,
  type Report,
  type Reported,
} from '../forge';
import { type Answer, allOf, ForgeHttp, itemsOf } from '../forge-http';
import type { GitHubRun } from './run';

const Author = z.object({ type: z.string() }).nullish();
const Comments = z.array(z.object({ id: z.number(), body: z.string().nullish(), user: Author }));
const Labels = z.array(z.object({ name: z.string() }));
const PullRequest = z.object({ head: z.object({ sha: z.string() }) });
const Issue = z.object({ number: z.number() });
const Issues = z.array(
  Issue.extend({ body: z.string().nullish(), user: Author, pull_request: z.unknown().optional() }),
);

const Sha = z.object({ sha: z.string() });
const Commit = z.object({ tree: Sha });
const Opened = z.object({ number: z.number(), node_id: z.string() });
const Pulls = z.array(
  z.object({
    number: z.number(),
    body: z.string().nullish(),
    head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  }),
);
const Person = z.object({ login: z.string() }).nullish();
const Merged = z.array(
  z.object({ number: z.number(), merged_at: z.string().nullish(), base: z.object({ ref: z.string() }) }),
);
const Reviews = z.array(z.object({ user: Person, state: z.string(), submitted_at: z.string().nullish() }));
/** Reviews that decide: the last one of a person counts. */
const DECIDING = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'];
const RunApprovals = z.array(
  z.object({
    state: z.string(),
    comment: z.string(),
    user: Person,
    environments: z.array(z.object({ name: z.string() })),
  }),
);
const MergeMethod = z.object({
  data: z.object({ node: z.object({ repository: z.object({ viewerDefaultMergeMethod: z.string() }) }) }),
});
const Faults = z.object({ errors: z.array(z.object({ message: z.string() })).exactOptional() });

const METHOD = 'query ($id: ID!) { node(id: $id) { ... on PullRequest { repository { viewerDefaultMergeMethod } } } }';

const MERGE =
  'mutation ($id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $method }) { clientMutationId } }';

/** The permission of a job's token that a call takes. */
type Permission =
  'actions: read' | 'contents: write' | 'pull-requests: read' | 'pull-requests: write' | 'issues: write';

/** Work of the pipeline at GitHub. A text of its own is known by a marker, and by being written by an app. */
export class GitHub extends ForgeClient<GitHubRun> implements Forge {
  readonly name = 'github';
  /** A body of GitHub has 65,536 characters at most. */
  readonly limits = { comment: 65_000, report: 65_000, proposal: 65_000 };
  private readonly http: ForgeHttp;
  private readonly graphql: ForgeHttp;

  constructor(run: GitHubRun, options: ForgeOptions = {}) {
    super(run, options);
    const http = {
      forge: 'GitHub',
      statusPages: { 'api.github.com': 'https://www.githubstatus.com' },
      headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
      timing: options.timing,
    };
    this.http = new ForgeHttp({ ...http, url: run.apiUrl });
    this.graphql = new ForgeHttp({ ...http, url: run.graphqlBase });
  }

  pullRequest(): number {
    return numberOf(
      this.run.pullRequest,
      'this run must be of a pull request: GITHUB_REF must be refs/pull/NUMBER/merge',
    );
  }

  async labelsOf(pullRequest: number): Promise<readonly string[]> {
    const labels = await this.all(`/issues/${pullRequest}/labels`, Labels, 'pull-requests: read');
    return labels.map(({ name }) => name);
  }

  async headOf(pullRequest: number): Promise<string> {
    const { read } = await this.ask(`/pulls/${pullRequest}`, 'pull-requests: read');
    return read(PullRequest).head.sha;
  }

  async upsertComment(pullRequest: number, { marker, body, replaces }: Comment): Promise<Commented> {
    const route = `/issues/${pullRequest}/comments`;
    const comments = await this.all(route, Comments, 'pull-requests: write');
    const mine = comments.find((comment) => isOwn(comment, marker));
    if (mine === undefined) {
      await this.write('POST', { route, body: { body } }, 'pull-requests: write');
      return 'created';
    }
    if (!replaces(mine.body ?? marker)) return 'kept';
    await this.write('PATCH', { route: `/issues/comments/${mine.id}`, body: { body } }, 'pull-requests: write');
    return 'updated';
  }

  report(report: Report): Promise<Reported> {
    const needed: Permission = 'issues: write';
    return keepReport(
      {
        find: async ({ marker, label }) => {
          const open = await this.all(`/issues?state=open&labels=${encodeURIComponent(label)}`, Issues, needed);
          return open.find((issue) => issue.pull_request === undefined && isOwn(issue, marker))?.number;
        },
        create: async ({ title, body, label }) => {
          const issue = { title, body, labels: [label] };
          return (await this.write('POST', { route: '/issues', body: issue }, needed)).read(Issue).number;
        },
        update: async (number, { body, isOpen }) => {
          const change = { body, state: isOpen ? 'open' : 'closed' };
          await this.write('PATCH', { route: `/issues/${number}`, body: change }, needed);
        },
      },
      report,
    );
  }

  propose(proposal: Proposal): Promise<Proposed> {
    const needed: Permission = 'pull-requests: write';
    return keepProposal(
      {
        // A branch of a fork is none, whatever it is called.
        open: async () => {
          const pulls = await this.all(`/pulls?state=open&base=${encodeURIComponent(this.branch)}`, Pulls, needed);
          return pulls
            .filter(
              ({ body, head }) => head.repo?.full_name === this.run.repository && body?.startsWith(proposal.marker),
            )
            .map(({ number, head }) => ({ number, branch: head.ref }));
        },
        create: async (wanted) => {
          const { title, branch, body } = wanted;
          const head = await this.commit(wanted);
          const pull = { title, head: branch, base: this.branch, body };
          const { number, node_id: id } = (await this.write('POST', { route: '/pulls', body: pull }, needed)).read(
            Opened,
          );
          return { number, id, head };
        },
        mergeWhenReady: (opened) => this.mergeWhenReady(opened),
        close: async (number) => {
          await this.write('PATCH', { route: `/pulls/${number}`, body: { state: 'closed' } }, needed);
        },
      },
      proposal,
    );
  }

  /** Makes the commit of a proposal and its branch. @returns the commit */
  private async commit({ commit, branch, title, files }: Proposal): Promise<string> {
    const post = (route: string, body: object): Promise<Answer> =>
      this.write('POST', { route, body }, 'contents: write');
    const base = (await this.ask(`/git/commits/${commit}`, 'contents: write')).read(Commit).tree.sha;
    const entries = files.map(({ path, text }) => ({ path, mode: '100644', type: 'blob', content: text }));
    const tree = (await post('/git/trees', { base_tree: base, tree: entries })).read(Sha).sha;
    const head = (await post('/git/commits', { message: title, tree, parents: [commit] })).read(Sha).sha;
    await post('/git/refs', { ref: `refs/heads/${branch}`, sha: head });
    return head;
  }

  /** REST has no call for it. GitHub refuses it where nothing is waited for, and never merges at once. */
  private async mergeWhenReady({ number, id, head }: OpenedProposal): Promise<void> {
    const found = await this.query(METHOD, { id }, 'GraphQL');
    const method = found.read(MergeMethod).data.node.repository.viewerDefaultMergeMethod;
    await this.query(
      MERGE,
      { id, head, method },
      `pull request #${number} is open, but can't be set to merge by itself`,
    );
  }

  /** GraphQL answers with 200 where it refuses. @param problem begins the message then */
  private async query(query: string, variables: Readonly<Record<string, string>>, problem: string): Promise<Answer> {
    const access = { ...this.below('', 'pull-requests: write'), path: '/graphql' };
    const answer = await this.graphql.send({ method: 'POST', body: { query, variables }, ...access });
    const [fault] = answer.read(Faults).errors ?? [];
    if (fault === undefined) return answer;
    throw new ForgeError(
      `${problem}: ${fault.message}: allow auto-merge (Settings, General), and let the rules of ${this.branch} require the check of the preview`,
    );
  }

  pushTarget(): PushTarget {
    return {
      url: this.run.repositoryUrl,
      authorization: basic('x-access-token', this.run.token),
      permission:
        "store the secret PROPOSAL_TOKEN, a fine-grained token with 'Contents' and 'Pull requests', read and write: GitHub starts no checks for what the token of a job pushes",
    };
  }

  async mergedWith(commit: string): Promise<readonly MergedChange[]> {
    const needed: Permission = 'pull-requests: read';
    const pulls = await this.all(`/commits/${commit}/pulls`, Merged, needed);
    return Promise.all(
      pulls
        .filter(({ merged_at, base }) => merged_at && base.ref === this.branch)
        .map(async ({ number }) => {
          const reviews = await this.all(`/pulls/${number}/reviews`, Reviews, needed);
          const deciding = reviews.filter(({ state }) => DECIDING.includes(state));
          const last = new Map(deciding.map((review) => [review.user?.login, review]));
          const approved = [...last.values()].filter(({ state }) => state === 'APPROVED');
          return { number, approvals: approved.map(({ user, submitted_at }) => approvalOf(user, submitted_at)) };
        }),
    );
  }

  /** A run has the approvals of all its environments, whose names mean the same in whatever case. */
  async approvals(environment: string): Promise<readonly Approval[]> {
    const all = (await this.ask(`/actions/runs/${this.run.id}/approvals`, 'actions: read')).read(RunApprovals);
    const isOf = ({ name }: { readonly name: string }): boolean => name.toLowerCase() === environment.toLowerCase();
    return all
      .filter(({ state, environments }) => state === 'approved' && environments.some(isOf))
      .map(({ user, comment }) => ({ ...approvalOf(user), ...(comment !== '' && { comment }) }));
  }

  async summary(markdown: string): Promise<readonly string[]> {
    if (this.run.summary !== undefined) await appendFile(this.run.summary, markdown);
    return [];
  }

  private all<T>(route: string, schema: z.ZodType<readonly T[]>, permission: Permission): Promise<readonly T[]> {
    const isLast = (headers: Headers): boolean => !/\brel="next"/.test(headers.get('link') ?? 'none');
    return allOf(itemsOf({ list: route, ask: (query) => this.ask(query, permission), schema, isLast }));
  }

  private ask(query: string, permission: Permission): Promise<Answer> {
    return this.http.send({ method: 'GET', ...this.below(query, permission) });
  }

  private write(
    method: 'PATCH' | 'POST',
    { route, body }: { readonly route: string; readonly body: object },
    permission: Permission,
  ): Promise<Answer> {
    return this.http.send({ method, body, ...this.below(route, permission) });
  }

  private below(
    route: string,
    permission: Permission,
  ): { readonly path: string; readonly authorization: Record<string, string>; readonly permission: string } {
    return {
      path: `/repos/${this.run.repository}${route}`,
      authorization: { authorization: `Bearer ${this.run.token}` },
      permission: `give the job '${permission}'; a pull request from a fork never has it`,
    };
  }
}

/** An account that was deleted has no name. */
function approvalOf(user: z.infer<typeof Person>, at?: string | null): Approval {
  return { by: user?.login ?? 'a deleted account', ...(at && { at }) };
}

function isOwn(
  { body, user }: { readonly body?: string | null | undefined; readonly user?: z.infer<typeof Author> },
  marker: string,
): boolean {
  return user?.type === 'Bot' && body?.startsWith(marker) === true;
}
