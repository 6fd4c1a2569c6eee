import { z } from 'zod';
import type { Report, Tracker } from '../forge';
import type { Answer } from '../forge-http';

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
export interface WorkItemCall {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly isPatch?: boolean;
}

export interface WorkItemsOptions {
  readonly send: (call: WorkItemCall) => Promise<Answer>;
  /** Id of the identity that this pipeline is. */
  readonly self: () => Promise<string>;
}

/**
 * Reports as work items of Azure Boards. They are known by their tag, their title and who made them: Azure Boards takes comments
 * of HTML out of a description, and a marker with them.
 */
export function workItemTracker({ send, self }: WorkItemsOptions): Tracker {
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
