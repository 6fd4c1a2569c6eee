import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { type FakeComment, FakeForge, type FakeReport, type Reply } from './fake-forge';
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
  private count = 1;

  constructor() {
    super('azure-devops');
  }

  get environment(): Record<string, string> {
    return {
      TF_BUILD: 'True',
      SYSTEM_COLLECTIONURI: `${this.url}/insurance/`,
      SYSTEM_TEAMPROJECT: 'Customer identity',
      SYSTEM_ACCESSTOKEN: 'token-of-the-job',
      SYSTEM_PULLREQUEST_PULLREQUESTID: '7',
      BUILD_BUILDID: '42',
      BUILD_REPOSITORY_ID: REPOSITORY,
      BUILD_REPOSITORY_PROVIDER: 'TfsGit',
      BUILD_REPOSITORY_NAME: 'identity',
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
    const isWrite = asked.method !== 'GET' && !/\/(wiql|workitemsbatch|pullrequestquery)$/.test(asked.path);
    if (isWrite && this.isReadOnly)
      return {
        status: 403,
        body: { message: "TF401027: You need the Git 'PullRequestContribute' permission to perform this action." },
      };
    const call = `${asked.method} ${asked.path.replace(PROJECT, '')}`;
    const proposed = this.proposals.azureDevOps(call, asked, { service: SERVICE, person: PERSON });
    return proposed ?? this.git(call, asked) ?? this.boards(call, asked) ?? NOT_FOUND;
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
    if (call === `POST /git/repositories/${REPOSITORY}/pullrequestquery`) return ok({ results: [this.mergedAt()] });
    const [, thread, comment] = /^PATCH .+\/threads\/(\d+)\/comments\/(\d+)$/.exec(call) ?? [];
    const found = this.threads
      .find(({ id }) => String(id) === thread)
      ?.comments.find(({ id, author }) => String(id) === comment && author.id === SERVICE);
    if (found === undefined) return undefined;
    found.content = Content.parse(body).content;
    return ok(found);
  }

  private mergedAt(): object {
    if (this.merged === undefined) return {};
    const { commit, number, approvedBy } = this.merged;
    const reviewers = [
      { displayName: 'Critic', uniqueName: 'critic', vote: -10 },
      { displayName: '[identity]\\Reviewers', uniqueName: 'vstfs:///group', vote: 10, isContainer: true },
      ...approvedBy.map((name) => ({ displayName: name.toUpperCase(), uniqueName: name, vote: 10 })),
    ];
    const targetRefName = 'refs/heads/main';
    return {
      [commit]: [
        { pullRequestId: number, targetRefName, reviewers },
        { pullRequestId: 9, targetRefName: 'refs/heads/release', reviewers },
      ],
    };
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
