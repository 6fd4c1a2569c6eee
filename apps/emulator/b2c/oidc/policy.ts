import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { errorText } from '../errors';
import type { Flow, Registrations } from '../registrations';
import { serviceOf } from '../services/service';

type Policy = ReturnType<typeof interactionPolicy.base>;

/** A step of a flow that a page must have resolved. */
export type StepName = 'login' | 'mfa' | 'profile' | 'reset';

/** Prompts that the service takes and that ask for nothing here. */
const IGNORED_PROMPTS = ['select_account', 'consent'];

/** The steps of a flow, in their order; the library asks for each until its result is there. */
export function policyOf(registrations: Registrations, flow: Flow): Policy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  const asTheService = refusalOf(registrations);
  for (const prompt of policy) prompt.checks.forEach(asTheService);
  if (flow.type === 'passwordReset') policy.remove('login');
  else {
    // Somebody deleted the account: the session is worth nothing.
    const isGone = ({ oidc }: KoaContextWithOIDC): boolean =>
      oidc.session?.accountId !== undefined && oidc.account === undefined;
    policy.get('login')?.checks.add(new interactionPolicy.Check('account_gone', '', 'interaction_required', isGone));
  }
  for (const step of stepsAfterSignIn(flow)) {
    // Asked in every run of the flow, also where the session has an earlier one's result.
    const isMissing = (ctx: KoaContextWithOIDC): boolean =>
      step === 'mfa'
        ? serviceOf(registrations).needsFactor(ctx, registrations, flow)
        : ctx.oidc.result?.[step] === undefined;
    const check = new interactionPolicy.Check(`${step}_step`, '', 'interaction_required', isMissing);
    asTheService(check);
    policy.add(new interactionPolicy.Prompt({ name: step, requestable: false }, check));
  }
  for (const name of IGNORED_PROMPTS) {
    const prompt = new interactionPolicy.Prompt({ name, requestable: true });
    prompt.checks.clear();
    policy.add(prompt);
  }
  return policy;
}

function stepsAfterSignIn({ type }: Flow): readonly StepName[] {
  switch (type) {
    case 'profileUpdate':
      return ['mfa', 'profile'];
    case 'passwordReset':
      return ['reset'];
    case 'signUpOrSignIn':
    case 'signIn':
    case 'signUp':
      return ['mfa'];
  }
}

/** The refusal of `prompt=none` where a page would be needed. */
function refusalOf(registrations: Registrations): (check: InstanceType<typeof interactionPolicy.Check>) => void {
  const description = errorText(registrations, 'AADB2C90077', 'None');
  return (check) => {
    check.error = 'interaction_required';
    check.description = description;
  };
}
