import { z } from 'zod';
import { ForgeError } from '../forge';
import type { Answer } from '../forge-http';
import type { OpenedProposal, Proposal, Proposer } from '../proposal';

const VERSION = 'api-version=7.1';

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
const Policies = z.object({ value: z.array(z.object({ isEnabled: z.boolean(), isBlocking: z.boolean() })) });

/** Calls that a proposal takes, below the project. */
export interface AzureDevOpsProposals {
  /** Id of the repository. */
  readonly repository: string;
  /** The deployed branch, which proposals are for. */
  readonly branch: string;
  readonly send: (call: {
    readonly method: 'GET' | 'PATCH' | 'POST';
    readonly path: string;
    readonly body?: unknown;
    readonly permission: string;
  }) => Promise<Answer>;
  /** Id of the identity that this pipeline is. */
  readonly self: () => Promise<string>;
}

/** Proposals as pull requests of Azure Repos. They are known by who made them, and by the branch. */
export function azureDevOpsProposer({ repository, branch: base, send, self }: AzureDevOpsProposals): Proposer {
  const pulls = `/git/repositories/${repository}/pullrequests`;
  const permission = "'Contribute to pull requests'";
  return {
    open: async ({ family }) => {
      const me = await self();
      const criteria = `searchCriteria.status=active&searchCriteria.creatorId=${me}&searchCriteria.targetRefName=${refOf(base)}`;
      const path = `${pulls}?${criteria}&$top=${MAX_OPEN}&${VERSION}`;
      const { value } = (await send({ method: 'GET', path, permission: "'Read'" })).read(PullRequests);
      return value
        .filter(({ createdBy, forkSource }) => createdBy.id === me && (forkSource ?? undefined) === undefined)
        .map(({ pullRequestId, sourceRefName }) => {
          return { number: pullRequestId, branch: sourceRefName.replace(/^refs\/heads\//, '') };
        })
        .filter(({ branch }) => branch.startsWith(family));
    },
    create: (proposal) => create(proposal, { repository, branch: base, send, pulls, permission }),
    mergeWhenReady: async ({ number }) => {
      await checkBuildIsRequired(number, { repository, branch: base, send });
      const completion = {
        autoCompleteSetBy: { id: await self() },
        completionOptions: { deleteSourceBranch: true },
      };
      await send({ method: 'PATCH', path: `${pulls}/${number}?${VERSION}`, body: completion, permission });
    },
    close: async (number) => {
      const body = { status: 'abandoned' };
      await send({ method: 'PATCH', path: `${pulls}/${number}?${VERSION}`, body, permission });
    },
  };
}

interface Place extends Pick<AzureDevOpsProposals, 'repository' | 'branch' | 'send'> {
  /** Path of the pull requests. */
  readonly pulls: string;
  readonly permission: string;
}

async function create(
  { branch, commit, title, body, files }: Proposal,
  { repository, branch: base, send, pulls, permission }: Place,
): Promise<OpenedProposal> {
  const name = `refs/heads/${branch}`;
  const changes = files.map(({ path, text, isNew }) => ({
    changeType: isNew ? 'add' : 'edit',
    item: { path: `/${path}` },
    newContent: { content: text, contentType: 'rawtext' },
  }));
  const push = { refUpdates: [{ name, oldObjectId: commit }], commits: [{ comment: title, changes }] };
  const pushPath = `/git/repositories/${repository}/pushes?${VERSION}`;
  const rights = "'Contribute' and 'Create branch'";
  const pushed = await send({ method: 'POST', path: pushPath, body: push, permission: rights });
  const request = { title, description: body, sourceRefName: name, targetRefName: `refs/heads/${base}` };
  const answer = await send({ method: 'POST', path: `${pulls}?${VERSION}`, body: request, permission });
  const { pullRequestId } = answer.read(Opened);
  const [head] = pushed.read(Pushed).commits;
  return { number: pullRequestId, id: String(pullRequestId), head: head?.commitId ?? commit };
}

/** A branch in a query. */
function refOf(branch: string): string {
  return `refs/heads/${encodeURIComponent(branch)}`;
}

/** Without a policy to wait for, Azure DevOps would complete it at once. */
async function checkBuildIsRequired(
  number: number,
  { repository, branch, send }: Pick<AzureDevOpsProposals, 'repository' | 'branch' | 'send'>,
): Promise<void> {
  const scope = `repositoryId=${repository}&refName=${refOf(branch)}&policyType=${BUILD_VALIDATION}`;
  const path = `/git/policy/configurations?${scope}&${VERSION}`;
  const { value } = (await send({ method: 'GET', path, permission: "'Read'" })).read(Policies);
  if (value.some(({ isEnabled, isBlocking }) => isEnabled && isBlocking)) return;
  throw new ForgeError(
    `pull request #${number} is open, but can't be set to complete by itself: let a policy of ${branch} require the build of identity-preview.yml`,
  );
}
