import { z } from 'zod';
import type { Asked, Reply } from './operations';

/** A pull request from a branch, as every forge has it. */
export interface FakeProposal {
  readonly number: number;
  readonly branch: string;
  /** Branch that it is for, where it was made by a call. */
  readonly base?: string;
  readonly title: string;
  readonly body: string;
  readonly isOwn: boolean;
  readonly isFork?: boolean;
  isOpen: boolean;
  /** Commit that merges by itself. */
  merges?: string;
}

interface Branch {
  readonly from: string;
  readonly head: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Branches and pull requests of a forge. */
export class FakeProposals {
  readonly all: FakeProposal[] = [];
  readonly branches = new Map<string, Branch>();
  /** False where the branch requires no check, so that a pull request could be merged at once. */
  areChecksRequired = true;
  /** Questions after the pipeline of a merge request before there is one. */
  pipelineDelay = 1;
  private trees = new Map<string, Readonly<Record<string, string>>>();
  private commits = new Map<string, { readonly parent: string; readonly tree: string }>();
  private count = 100;

  add(proposal: Omit<FakeProposal, 'number' | 'isOpen'>): FakeProposal {
    const added = { ...proposal, number: this.count++, isOpen: true };
    this.all.push(added);
    return added;
  }

  find(number: string | undefined): FakeProposal | undefined {
    return this.all.find((one) => String(one.number) === number);
  }

  gitHub(call: string, { body }: Asked): Reply | undefined {
    const [, read] = /^GET \/git\/commits\/([0-9a-f]+)$/.exec(call) ?? [];
    if (read !== undefined) return ok({ sha: read, tree: { sha: `tree of ${read}` } });
    if (call === 'GET /pulls') return ok(this.all.filter(({ isOpen }) => isOpen).map(gitHubPull));
    if (call === 'POST /graphql') return ok(this.graphql(GraphQl.parse(body)));
    const [, changed] = /^PATCH \/pulls\/(\d+)$/.exec(call) ?? [];
    if (changed !== undefined) return this.close(changed);
    if (call === 'POST /git/trees') {
      const { tree } = Tree.parse(body);
      const sha = `tree-${this.trees.size + 1}`;
      this.trees.set(sha, Object.fromEntries(tree.map(({ path, content }) => [path, content])));
      return created({ sha });
    }
    if (call === 'POST /git/commits') {
      const { tree, parents } = NewCommit.parse(body);
      const sha = `c0ffee${this.commits.size}`;
      this.commits.set(sha, { tree, parent: parents[0] });
      return created({ sha });
    }
    if (call === 'POST /git/refs') {
      const { ref, sha } = Ref.parse(body);
      const { tree, parent } = this.commits.get(sha) ?? { tree: '', parent: '' };
      return this.branch(ref.replace('refs/heads/', ''), {
        from: parent,
        head: sha,
        files: this.trees.get(tree) ?? {},
      });
    }
    if (call !== 'POST /pulls') return undefined;
    const { title, head, base, body: text } = GitHubRequest.parse(body);
    const { number } = this.add({ title, branch: head, base, body: text, isOwn: true });
    return created({ number, node_id: `PR_${number}` });
  }

  private graphql({ query, variables: { id, head } }: z.infer<typeof GraphQl>): object {
    const pull = this.find(id.replace('PR_', ''));
    if (query.startsWith('query')) return { data: { node: { repository: { viewerDefaultMergeMethod: 'SQUASH' } } } };
    if (!this.areChecksRequired || pull === undefined || head === undefined)
      return { data: null, errors: [{ message: 'Pull request Pull request is in clean status' }] };
    pull.merges = head;
    return { data: { enablePullRequestAutoMerge: { clientMutationId: null } } };
  }

  gitLab(call: string, { body, query }: Asked, bot: number): Reply | undefined {
    if (call === 'GET /projects/31')
      return ok({ id: 31, only_allow_merge_if_pipeline_succeeds: this.areChecksRequired });
    if (call === 'GET /merge_requests') {
      const open = this.all.filter(({ isOpen }) => isOpen).map((one) => gitLabRequest(one, bot));
      return ok(open.filter(({ author }) => String(author.id) === query.get('author_id')));
    }
    if (call === 'POST /repository/commits') {
      const { branch, start_sha, actions } = GitLabCommit.parse(body);
      const files = Object.fromEntries(actions.map(({ file_path, content }) => [file_path, content]));
      return this.branch(branch, { from: start_sha, head: 'c0ffee0', files });
    }
    if (call === 'POST /merge_requests') {
      const { title, source_branch, target_branch: base, description } = GitLabRequest.parse(body);
      return created({ iid: this.add({ title, branch: source_branch, base, body: description, isOwn: true }).number });
    }
    const [, verb, number] = /^(GET|PUT) \/merge_requests\/(1\d\d)(?:\/merge)?$/.exec(call) ?? [];
    const request = this.find(number);
    if (request === undefined) return undefined;
    if (verb === 'GET') return ok({ iid: request.number, head_pipeline: this.pipelineDelay-- > 0 ? null : { id: 1 } });
    if (!call.endsWith('/merge')) return this.close(number);
    request.merges = z.object({ auto_merge: z.literal(true), sha: z.string() }).parse(body).sha;
    return ok({ iid: request.number });
  }

  azureDevOps(call: string, { body, query }: Asked, ids: { readonly service: string; readonly person: string }) {
    if (call === 'GET /git/policy/configurations')
      return ok({ value: [{ isEnabled: true, isBlocking: this.areChecksRequired }] });
    const [, verb, rest = ''] =
      /^(GET|PATCH|POST) \/git\/repositories\/[^/]+\/(pushes|pullrequests(?:\/\d+)?)$/.exec(call) ?? [];
    if (rest === 'pushes') {
      const { refUpdates, commits } = Push.parse(body);
      const files = commits[0].changes.map(({ item, newContent }): [string, string] => [
        item.path.slice(1),
        newContent.content,
      ]);
      const { name, oldObjectId } = refUpdates[0];
      const branch = { from: oldObjectId, head: 'c0ffee0', files: Object.fromEntries(files) };
      const reply = this.branch(name.replace('refs/heads/', ''), branch);
      return reply.status === 201 ? created({ commits: [{ commitId: 'c0ffee0' }] }) : reply;
    }
    if (verb === 'GET' && rest === 'pullrequests') {
      const open = this.all.filter(({ isOpen }) => isOpen).map((one) => azureRequest(one, ids));
      return ok({ value: open.filter(({ createdBy }) => createdBy.id === query.get('searchCriteria.creatorId')) });
    }
    if (verb === 'POST') {
      const { title, description, sourceRefName, targetRefName } = AzureRequest.parse(body);
      const base = targetRefName.replace('refs/heads/', '');
      if (description.length > 4000) return { status: 400, body: { message: 'The description is too long.' } };
      const branch = sourceRefName.replace('refs/heads/', '');
      return created({ pullRequestId: this.add({ title, branch, base, body: description, isOwn: true }).number });
    }
    const request = this.find(rest.split('/')[1]);
    if (verb !== 'PATCH' || request === undefined) return undefined;
    if (z.object({ status: z.string().optional() }).parse(body).status === 'abandoned')
      return this.close(String(request.number));
    z.object({ autoCompleteSetBy: z.object({ id: z.literal(ids.service) }) }).parse(body);
    request.merges = this.branches.get(request.branch)?.head ?? 'none';
    return ok({ pullRequestId: request.number });
  }

  private branch(name: string, branch: Branch): Reply {
    if (this.branches.has(name)) return { status: 422, body: { message: 'Reference already exists' } };
    this.branches.set(name, branch);
    return created({ id: branch.head, sha: branch.head });
  }

  private close(number: string | undefined): Reply | undefined {
    const found = this.find(number);
    if (found === undefined) return undefined;
    found.isOpen = false;
    return ok({ number: found.number });
  }
}

const GraphQl = z.object({ query: z.string(), variables: z.object({ id: z.string(), head: z.string().optional() }) });
const Tree = z.object({
  base_tree: z.string(),
  tree: z.array(
    z.object({ path: z.string(), mode: z.literal('100644'), type: z.literal('blob'), content: z.string() }),
  ),
});
const NewCommit = z.object({ message: z.string(), tree: z.string(), parents: z.tuple([z.string()]) });
const Ref = z.object({ ref: z.string(), sha: z.string() });
const GitLabCommit = z.object({
  branch: z.string(),
  start_sha: z.string(),
  actions: z.array(z.object({ action: z.enum(['create', 'update']), file_path: z.string(), content: z.string() })),
});
const GitHubRequest = z.object({ title: z.string(), head: z.string(), base: z.string(), body: z.string() });
const GitLabRequest = z.object({
  ...{ title: z.string(), description: z.string() },
  ...{ source_branch: z.string(), target_branch: z.string() },
});
const Push = z.object({
  refUpdates: z.tuple([z.object({ name: z.string(), oldObjectId: z.string() })]),
  commits: z.tuple([
    z.object({
      comment: z.string(),
      changes: z.array(
        z.object({
          changeType: z.enum(['add', 'edit']),
          item: z.object({ path: z.string() }),
          newContent: z.object({ content: z.string(), contentType: z.literal('rawtext') }),
        }),
      ),
    }),
  ]),
});
const AzureRequest = z.object({
  ...{ title: z.string(), description: z.string() },
  ...{ sourceRefName: z.string(), targetRefName: z.string() },
});

const ok = (body: unknown): Reply => ({ status: 200, body });
const created = (body: unknown): Reply => ({ status: 201, body });

function gitHubPull({ number, body, branch, isFork = false }: FakeProposal) {
  const full_name = isFork ? 'somebody/identity' : 'insurance/identity';
  return { number, body, head: { ref: branch, repo: { full_name } } };
}

function gitLabRequest({ number, body, branch, isOwn, isFork = false }: FakeProposal, bot: number) {
  const author = { id: isOwn ? bot : bot + 1 };
  return { iid: number, description: body, author, source_branch: branch, source_project_id: isFork ? 32 : 31 };
}

function azureRequest(
  { number, branch, isOwn, isFork = false }: FakeProposal,
  { service, person }: { readonly service: string; readonly person: string },
) {
  return {
    pullRequestId: number,
    sourceRefName: `refs/heads/${branch}`,
    createdBy: { id: isOwn ? service : person },
    ...(isFork && { forkSource: { repository: { id: 'another' } } }),
  };
}
