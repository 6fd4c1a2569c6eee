import type { Marked, Tone } from './blocks/block';

type Action = 'create' | 'update' | 'replace' | 'delete';

/** The sign of what a deployment does to a resource, and the tone of the word for it. */
export const ACTION_MARKS: Readonly<Record<Action, { readonly mark: Marked['mark']; readonly tone: Tone }>> = {
  create: { mark: { text: '+', tone: 'good' }, tone: 'good' },
  update: { mark: { text: '~', tone: 'warn' }, tone: 'plain' },
  replace: { mark: { text: '±', tone: 'bad' }, tone: 'bad' },
  delete: { mark: { text: '-', tone: 'bad' }, tone: 'bad' },
};
