import { z } from 'zod';
import { inAnyCase } from '../shared/issue';
import { matching, Name, once, some } from '../shared/rules';

/** An environment of a forge, without the characters that the subject of a token has encoded. */
const ENVIRONMENT = /^[A-Za-z0-9_-]{1,100}$/;

const Environment = Name.meta(
  matching('environment-name', ENVIRONMENT, {
    problem: 'is not an environment name that clouds can trust',
    allowed: 'at most 100 letters, digits, - and _',
  }),
);

/** Environments whose jobs may deploy. */
export const Environments = z
  .array(Environment)
  .meta(
    some('no-environment', { problem: 'nothing may deploy', allowed: 'at least one environment of the repository' }),
  )
  .meta(once('duplicate-environment', { keyOf: inAnyCase, allowed: 'each environment once, in whatever case' }));

/** The environment in which a pull request asks Pulumi; undefined where every pull request may, without an approval. */
export function previewEnvironment({ previewTrust }: { readonly previewTrust: string }): string | undefined {
  return /^environment:(.+)$/.exec(previewTrust)?.[1];
}
