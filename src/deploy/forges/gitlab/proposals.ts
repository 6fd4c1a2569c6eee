import { z } from 'zod';
import { ForgeError } from '../forge';
import type { Answer } from '../forge-http';
import type { OpenedProposal, Proposer } from '../proposal';

const Author = z.object({ id: z.number() });
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
const Opened = z.object({ iid: z.number() });
const Pipeline = z.object({ head_pipeline: z.object({ id: z.number() }).nullish() });
const Project = z.object({ only_allow_merge_if_pipeline_succeeds: z.boolean().nullish() });

/** Calls that a proposal takes, below the project, with the token that proposes. */
export interface GitLabProposals {
  readonly projectId: string;
  /** The deployed branch, which proposals are for. */
  readonly base: string;
  /** Id of the user of the token. */
  readonly self: () => Promise<number>;
  readonly list: (route: string) => Promise<z.infer<typeof MergeRequests>>;
  readonly get: (route: string) => Promise<Answer>;
  readonly write: (method: 'POST' | 'PUT', route: string, body: object) => Promise<Answer>;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

export { MergeRequests };

/** GitLab makes the pipeline of a merge request some seconds after it. */
const PIPELINE_ATTEMPTS = 20;
const PIPELINE_WAIT_MS = 6_000;

/** Proposals as merge requests of GitLab. */
export function gitLabProposer(proposals: GitLabProposals): Proposer {
  const { projectId, base, self, list, write } = proposals;
  return {
    open: async ({ family, marker }) => {
      const me = await self();
      const route = `/merge_requests?state=opened&scope=all&target_branch=${encodeURIComponent(base)}&author_id=${me}`;
      return (await list(route))
        .filter(({ author, source_project_id }) => author.id === me && String(source_project_id) === projectId)
        .filter(({ description }) => description?.startsWith(marker) === true)
        .map(({ iid, source_branch }) => ({ number: iid, branch: source_branch }))
        .filter(({ branch }) => branch.startsWith(family));
    },
    create: async ({ branch, commit, title, body, files }) => {
      const actions = files.map(({ path, text, isNew }) => {
        return { action: isNew ? 'create' : 'update', file_path: path, content: text };
      });
      const change = { branch, start_sha: commit, commit_message: title, actions };
      const head = (await write('POST', '/repository/commits', change)).read(Commit).id;
      const request = {
        ...{ title, description: body, source_branch: branch, target_branch: base },
        remove_source_branch: true,
      };
      const { iid } = (await write('POST', '/merge_requests', request)).read(Opened);
      return { number: iid, id: String(iid), head };
    },
    mergeWhenReady: (opened) => mergeWhenReady(opened, proposals),
    close: async (number) => {
      await write('PUT', `/merge_requests/${number}`, { state_event: 'close' });
    },
  };
}

/** Without a pipeline, or where the project merges without one, GitLab would merge at once. */
async function mergeWhenReady({ number, head }: OpenedProposal, { get, write, wait }: GitLabProposals): Promise<void> {
  const { only_allow_merge_if_pipeline_succeeds: isRequired } = (await get('')).read(Project);
  if (isRequired !== true)
    throw new ForgeError(
      `merge request #${number} is open, but can't be set to merge by itself: turn on 'Pipelines must succeed' (Settings, Merge requests)`,
    );
  for (let attempt = 1; ; attempt++) {
    if ((await get(`/merge_requests/${number}`)).read(Pipeline).head_pipeline) break;
    if (attempt === PIPELINE_ATTEMPTS)
      throw new ForgeError(`merge request #${number} is open, but has no pipeline that it could wait for`);
    await wait(PIPELINE_WAIT_MS);
  }
  await write('PUT', `/merge_requests/${number}/merge`, { auto_merge: true, sha: head });
}
