import { z } from 'zod';
import { saysTheSame } from './emergency-of';

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const Statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.record(z.string(), texts)]).optional(),
  Action: texts.optional(),
  Condition: z.unknown().optional(),
});
type Statement = z.output<typeof Statement>;
const Policy = z.looseObject({ Statement: z.union([Statement, z.array(Statement)]).transform((one) => [one].flat()) });

const RULES = 'events.amazonaws.com';
/** The only denial that the estate's own topic has: without TLS, which EventBridge always uses. */
const WITHOUT_TLS = { Bool: { 'aws:SecureTransport': 'false' } };

/**
 * Tells whether rules of EventBridge may publish by a topic's policy: a statement lets them, without a condition, and none denies. A
 * denial whose condition is not known counts as one: a message that is lost tells no one.
 */
export function mayPublish(policy: unknown): boolean {
  const { success, data } = Policy.safeParse(policy);
  if (!success) return false;
  const about = data.Statement.filter((one) => namesRules(one) && namesPublish(one));
  const denials = about.filter(({ Effect }) => Effect === 'Deny');
  return (
    about.some(({ Effect, Condition }) => Effect === 'Allow' && Condition === undefined) &&
    denials.every(({ Condition }) => saysTheSame(Condition ?? null, WITHOUT_TLS))
  );
}

/** Statements with NotPrincipal or NotAction are taken to be about rules too. */
function namesRules({ Principal }: Statement): boolean {
  if (Principal === undefined || Principal === '*') return true;
  if (typeof Principal === 'string') return false;
  const { Service = [], AWS = [] } = Principal;
  return Service.includes(RULES) || AWS.includes('*');
}

function namesPublish({ Action }: Statement): boolean {
  if (Action === undefined) return true;
  return Action.some((one) => {
    const pattern = one.toLowerCase().replaceAll('?', '.').replaceAll('*', '.*');
    return new RegExp(`^${pattern}$`).test('sns:publish');
  });
}
