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

/** Tells whether rules of EventBridge may publish by a topic's policy. */
export function mayPublish(policy: unknown): boolean {
  const names = ({ Service = [], AWS = [] }: Principals) => Service.includes(RULES) || AWS.includes('*');
  return allows(policy, { action: 'sns:Publish', allowed: names, denied: names });
}

/** Tells whether roles of an account may send by an event bus's policy. A denial of a single one of them counts as one of all. */
export function maySend(policy: unknown, account: string): boolean {
  const whole = (one: string) => one === '*' || one === account || one.endsWith(`:iam::${account}:root`);
  return allows(policy, {
    action: 'events:PutEvents',
    allowed: ({ AWS = [] }) => AWS.some(whole),
    denied: ({ AWS = [] }) => AWS.some((one) => whole(one) || one.includes(`:${account}:`)),
  });
}

type Principals = Readonly<Record<string, readonly string[]>>;

interface Request {
  readonly action: string;
  /** Tells whether principals of a statement are, or include, those who send. */
  readonly allowed: (principals: Principals) => boolean;
  readonly denied: (principals: Principals) => boolean;
}

/**
 * A statement lets them, without a condition, and none denies. A denial whose condition is not known counts as one: a message that
 * is lost tells no one.
 */
function allows(policy: unknown, { action, allowed, denied }: Request): boolean {
  const { success, data } = Policy.safeParse(policy);
  if (!success) return false;
  const about = data.Statement.filter((one) => namesAction(one, action));
  const denials = about.filter((one) => one.Effect === 'Deny' && namesThem(one, denied));
  return (
    about.some((one) => one.Effect === 'Allow' && one.Condition === undefined && namesThem(one, allowed)) &&
    denials.every(({ Condition }) => saysTheSame(Condition ?? null, WITHOUT_TLS))
  );
}

/** Statements with NotPrincipal or NotAction are taken to be about them too. */
function namesThem({ Principal }: Statement, those: (principals: Principals) => boolean): boolean {
  if (Principal === undefined || Principal === '*') return true;
  return typeof Principal !== 'string' && those(Principal);
}

function namesAction({ Action }: Statement, action: string): boolean {
  if (Action === undefined) return true;
  return Action.some((one) => {
    const pattern = one.toLowerCase().replaceAll('?', '.').replaceAll('*', '.*');
    return new RegExp(`^${pattern}$`).test(action.toLowerCase());
  });
}
