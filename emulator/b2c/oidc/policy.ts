import type { KoaContextWithOIDC } from 'oidc-provider';
import { interactionPolicy } from 'oidc-provider';
import { errorText } from '../aadb2c';
import type { Flow } from '../registrations';

type Policy = ReturnType<typeof interactionPolicy.base>;

/** A step of a flow that a page must have resolved. */
export type StepName = 'login' | 'mfa' | 'profile' | 'reset';

/** Prompts that the service takes and that ask for nothing here. */
const IGNORED_PROMPTS = ['select_account', 'consent'];

/** The steps of a flow, in their order; the library asks for each until its result is there. */
export function policyOf(flow: Flow): Policy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  for (const prompt of policy) prompt.checks.forEach(asTheService);
  if (flow.type === 'passwordReset') policy.remove('login');
  else policy.get('login')?.checks.add(accountIsGone());
  for (const step of stepsAfterSignIn(flow)) policy.add(promptFor(step));
  for (const name of IGNORED_PROMPTS) {
    const prompt = new interactionPolicy.Prompt({ name, requestable: true });
    prompt.checks.clear();
    policy.add(prompt);
  }
  return policy;
}

function stepsAfterSignIn({ type, multifactor }: Flow): readonly StepName[] {
  const factor = multifactor === 'on' ? (['mfa'] as const) : [];
  switch (type) {
    case 'profileUpdate':
      return [...factor, 'profile'];
    case 'passwordReset':
      return ['reset'];
    case 'signUpOrSignIn':
    case 'signIn':
    case 'signUp':
      return factor;
  }
}

/** Asked in every run of the flow, also where the session has an earlier one's result. */
function promptFor(step: StepName): InstanceType<typeof interactionPolicy.Prompt> {
  const isMissing = (ctx: KoaContextWithOIDC): boolean => resultOf(ctx)[step] === undefined;
  const check = new interactionPolicy.Check(`${step}_step`, '', 'interaction_required', isMissing);
  asTheService(check);
  return new interactionPolicy.Prompt({ name: step, requestable: false }, check);
}

/** Somebody deleted the account: the session is worth nothing. */
function accountIsGone(): InstanceType<typeof interactionPolicy.Check> {
  return new interactionPolicy.Check(
    'account_gone',
    '',
    'interaction_required',
    ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
  );
}

/** What `prompt=none` gets where a page would be needed. */
function asTheService(check: InstanceType<typeof interactionPolicy.Check>): void {
  check.error = 'interaction_required';
  check.description = errorText('AADB2C90077', 'None');
}

function resultOf({ oidc }: KoaContextWithOIDC): Readonly<Record<string, unknown>> {
  return oidc.result ?? {};
}
