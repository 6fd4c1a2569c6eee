/** Effects of a deployment on a resource: the sign, with its tone, and the word, with the tone of its badge. */
export const ACTIONS = {
  create: { sign: '+', tone: 'good', word: 'created', wordTone: 'good' },
  update: { sign: '~', tone: 'warn', word: 'changed', wordTone: 'plain' },
  replace: { sign: '±', tone: 'bad', word: 'replaced', wordTone: 'bad' },
  delete: { sign: '-', tone: 'bad', word: 'deleted', wordTone: 'bad' },
} as const;

export type Action = keyof typeof ACTIONS;

export interface ActionCounts {
  readonly created: number;
  readonly updated: number;
  readonly replaced: number;
  readonly deleted: number;
}

export function countActions(all: readonly { readonly action: Action }[]): ActionCounts {
  const of = (action: Action): number => all.filter((one) => one.action === action).length;
  return { created: of('create'), updated: of('update'), replaced: of('replace'), deleted: of('delete') };
}
