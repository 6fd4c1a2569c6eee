import { z } from 'zod';
import { ForgeError } from '../forge';
import type { Answer } from '../forge-http';
import type { Proposal, Proposer } from '../proposal';

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
const MergeMethod = z.object({
  node: z.object({ repository: z.object({ viewerDefaultMergeMethod: z.string() }) }),
});

/** Calls that a proposal takes, to the REST API and to GraphQL. */
export interface GitHubProposals {
  readonly repository: string;
  /** The deployed branch, which proposals are for. */
  readonly base: string;
  readonly list: (route: string) => Promise<z.infer<typeof Pulls>>;
  readonly get: (route: string) => Promise<Answer>;
  readonly write: (method: 'PATCH' | 'POST', route: string, body: object) => Promise<Answer>;
  readonly ask: (query: string, variables: Readonly<Record<string, string>>) => Promise<Answer>;
}

export { Pulls as PullRequests };

/** Proposals as pull requests of GitHub. A branch of a fork is none, whatever it is called. */
export function gitHubProposer({ repository, base, list, get, write, ask }: GitHubProposals): Proposer {
  return {
    open: async ({ family, marker }) => {
      const pulls = await list(`/pulls?state=open&base=${encodeURIComponent(base)}`);
      return pulls
        .filter(({ body, head }) => head.repo?.full_name === repository && body?.startsWith(marker) === true)
        .map(({ number, head }) => ({ number, branch: head.ref }))
        .filter(({ branch }) => branch.startsWith(family));
    },
    create: async (proposal) => {
      const { tree } = (await get(`/git/commits/${proposal.commit}`)).read(Commit);
      const head = await commitOf(proposal, tree.sha, write);
      await write('POST', '/git/refs', { ref: `refs/heads/${proposal.branch}`, sha: head });
      const { title, branch, body } = proposal;
      const pull = { title, head: branch, base, body };
      const { number, node_id } = (await write('POST', '/pulls', pull)).read(Opened);
      return { number, id: node_id, head };
    },
    // REST has no call for it. GitHub refuses it where nothing is waited for, and never merges at once.
    mergeWhenReady: async ({ number, id, head }) => {
      const method = readData(await ask(METHOD, { id }), MergeMethod, { base }).node.repository
        .viewerDefaultMergeMethod;
      const answer = await ask(MERGE, { id, head, method });
      readData(answer, z.unknown(), {
        base,
        problem: `pull request #${number} is open, but can't be set to merge by itself`,
      });
    },
    close: async (number) => {
      await write('PATCH', `/pulls/${number}`, { state: 'closed' });
    },
  };
}

async function commitOf(
  { commit, title, files }: Proposal,
  base_tree: string,
  write: GitHubProposals['write'],
): Promise<string> {
  const entries = files.map(({ path, text }) => ({ path, mode: '100644', type: 'blob', content: text }));
  const tree = (await write('POST', '/git/trees', { base_tree, tree: entries })).read(Sha).sha;
  return (await write('POST', '/git/commits', { message: title, tree, parents: [commit] })).read(Sha).sha;
}

const METHOD = 'query ($id: ID!) { node(id: $id) { ... on PullRequest { repository { viewerDefaultMergeMethod } } } }';

const MERGE =
  'mutation ($id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $method }) { clientMutationId } }';

const Faults = z.object({ errors: z.array(z.object({ message: z.string() })).exactOptional() });

/** GraphQL answers with 200 where it refuses. */
function readData<T>(
  answer: Answer,
  schema: z.ZodType<T>,
  { base, problem = 'GraphQL' }: { readonly base: string; readonly problem?: string },
): T {
  const [fault] = answer.read(Faults).errors ?? [];
  if (fault !== undefined)
    throw new ForgeError(
      `${problem}: ${fault.message}: allow auto-merge (Settings, General), and let the rules of ${base} require the check of the preview`,
    );
  return answer.read(z.object({ data: schema })).data;
}
