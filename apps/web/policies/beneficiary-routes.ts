import { Router, type Request, type Response } from 'express';
import { MAX_NAME_LENGTH } from '../../service/beneficiary';
import { findChange, isSameChange, type PolicyChange } from '../../service/policy';
import { requestIdOf } from '../../service/request-log';
import { PageError } from '../http/page-error';
import type { Pages } from '../pages/pages';
import { findSignedIn, getSignedIn, isFormOfSession, type Sessions } from '../sessions/sessions';
import { withDraft, withNotice, withoutDraft, type StepUp } from '../sessions/state';
import { newToken } from '../sessions/token';
import type { AuthTransactions } from '../sign-in/auth-transactions';
import { type BeneficiaryForm, changeIn, type Faults, faultsOf, formIn } from '../sessions/beneficiary-form';
import { type PoliciesApi, type Policy, policyIn, type PolicyReader } from './policies-api';

export interface BeneficiaryOptions {
  readonly policies: PolicyReader;
  readonly api: PoliciesApi;
  readonly pages: Pages;
  readonly sessions: Sessions;
  readonly transactions: AuthTransactions;
  /** Time for which a second factor counts. */
  readonly stepUpMs: number;
  readonly now: () => number;
}

/** What the form says of an earlier attempt. `changed`: by somebody else, or by this very form with other values. */
type FormState = 'saved' | 'not-saved' | 'changed' | 'unconfirmed';

/** A form that is to be shown again with what was typed. */
interface Again {
  readonly form: BeneficiaryForm;
  readonly status: number;
  readonly state?: FormState;
  readonly faults?: Faults;
}

const PATH = '/account/beneficiary';

/** `/account/beneficiary`: the form that changes who receives the benefit, after a second factor. */
export function beneficiaryRoutes(options: BeneficiaryOptions): Router {
  const page = new BeneficiaryPage(options);
  return Router()
    .get(PATH, (request, response) => page.open(request, response))
    .post(PATH, (request, response) => page.submit(request, response))
    .post(`${PATH}/discard`, (request, response) => page.discard(request, response));
}

class BeneficiaryPage {
  constructor(private readonly options: BeneficiaryOptions) {}

  async open(request: Request, response: Response): Promise<void> {
    const { oid } = getSignedIn(request);
    if (this.#stepUpOf(request) === undefined) {
      await this.#stepUp(request, response);
      return;
    }
    const policy = await this.options.policies.read(request);
    const draft = request.session.state?.draft;
    const fresh = formIn({ ...policy, oid, key: newToken() });
    if (draft?.oid !== oid) this.#show(request, response, { policy, form: fresh });
    else if (isSaved(policy, draft)) {
      await this.options.sessions.change(request, (state) => withoutDraft(state, draft.key));
      this.#show(request, response, { policy, form: fresh, state: 'saved' });
    } else await this.#showAgain(request, response, { policy, form: draft, status: 200, state: 'not-saved' });
  }

  async submit(request: Request, response: Response): Promise<void> {
    const form = formIn(request.body);
    const stepUp = this.#stepUpOf(request);
    if (findSignedIn(request) === undefined || stepUp === undefined) {
      await this.#keepAndVerify(request, response, form);
      return;
    }
    const checked = changeIn(form);
    if (!isFormOfSession(request)) await this.#answer(request, response, { form, status: 403, state: 'not-saved' });
    else if ('faults' in checked) await this.#answer(request, response, { form, status: 422, faults: checked.faults });
    else await this.#save(request, response, { form, change: checked.change, stepUp });
  }

  /** Forgets what was typed. Only who was shown the form knows its key, so that no token is needed beside it. */
  async discard(request: Request, response: Response): Promise<void> {
    const { key } = formIn(request.body);
    await this.options.sessions.change(request, (state) => withoutDraft(state, key));
    response.redirect(303, '/account');
  }

  async #save(
    request: Request,
    response: Response,
    {
      form,
      change,
      stepUp,
    }: { readonly form: BeneficiaryForm; readonly change: PolicyChange; readonly stepUp: StepUp },
  ): Promise<void> {
    const caller = { token: stepUp.accessToken, requestId: requestIdOf(request) };
    const outcome = await this.options.api.write(caller, { ...form, change });
    switch (outcome.kind) {
      case 'stale':
        await this.#answer(request, response, { form, status: 412 });
        return;
      case 'invalid':
        await this.#answer(request, response, { form, status: 422, faults: faultsOf(outcome.details) });
        return;
      case 'away':
        await this.#unconfirmed(request, response, { form, cause: outcome.cause });
        return;
      case 'busy':
        await this.#keep(request, form);
        throw new PageError('too-many-requests');
      default:
        await this.#saved(request, response, { policy: policyIn(outcome), key: form.key });
    }
  }

  async #saved(
    request: Request,
    response: Response,
    { policy, key }: { readonly policy: Policy; readonly key: string },
  ): Promise<void> {
    const notice = policy.history.at(-1)?.key === key ? 'beneficiary-saved' : 'beneficiary-saved-before';
    try {
      await this.options.sessions.change(request, (state) => withNotice(withoutDraft(state), notice));
    } catch {
      // The change is made, and the next page shows it, or says itself what is wrong with the session.
    }
    response.redirect(303, '/account');
  }

  /** Shows the form again, unless it has been saved by then, as by an attempt whose answer was lost. */
  async #answer(request: Request, response: Response, again: Again): Promise<void> {
    const policy = await this.options.policies.read(request);
    if (isSaved(policy, again.form)) await this.#saved(request, response, { policy, key: again.form.key });
    else await this.#showAgain(request, response, { ...again, policy });
  }

  /**
   * Shows the form with what was typed. It keeps its key until the key has saved something; then what is kept of it gets the
   * new key too, or discarding the form would not reach it.
   */
  async #showAgain(request: Request, response: Response, again: Again & { readonly policy: Policy }): Promise<void> {
    const { policy, form, status } = again;
    const isUsed = findChange(policy, form.key) !== undefined;
    const key = isUsed ? newToken() : form.key;
    if (isUsed)
      await this.options.sessions.change(request, (state) =>
        state.draft?.key === form.key ? withDraft(state, { ...state.draft, key }) : state,
      );
    const state = isUsed || form.etag !== policy.etag ? 'changed' : again.state;
    response.status(status);
    this.#show(request, response, { ...again, form: { ...form, key }, ...(state !== undefined && { state }) });
  }

  /** The API is away, and may have saved it. What was typed stays in the session, since the policy may not be had either. */
  async #unconfirmed(
    request: Request,
    response: Response,
    { form, cause }: { readonly form: BeneficiaryForm; readonly cause: unknown },
  ): Promise<void> {
    await this.#keep(request, form);
    try {
      await this.#answer(request, response, { form, status: 503, state: 'unconfirmed' });
    } catch {
      throw new PageError('beneficiary-not-saved', { cause });
    }
  }

  async #keepAndVerify(request: Request, response: Response, form: BeneficiaryForm): Promise<void> {
    await this.#keep(request, form);
    if (findSignedIn(request) !== undefined) await this.#stepUp(request, response);
    else await this.options.transactions.begin(request, response, { flow: 'sign-in', returnTo: PATH, cancelTo: '/' });
  }

  async #keep(request: Request, form: BeneficiaryForm): Promise<void> {
    await this.options.sessions.change(request, (state) => withDraft(state, form));
  }

  async #stepUp(request: Request, response: Response): Promise<void> {
    const { transactions } = this.options;
    await transactions.begin(request, response, { flow: 'step-up', returnTo: PATH, cancelTo: '/account' });
  }

  /** The second factor of who is signed in, while it counts. */
  #stepUpOf(request: Request): StepUp | undefined {
    const now = this.options.now();
    const { oid, stepUp } = findSignedIn(request) ?? {};
    if (stepUp === undefined || stepUp.oid !== oid) return undefined;
    return now - stepUp.at <= this.options.stepUpMs && now < stepUp.expiresAt ? stepUp : undefined;
  }

  #show(
    request: Request,
    response: Response,
    { policy, form, state, faults = {} }: Omit<Again, 'status'> & { readonly policy: Policy },
  ): void {
    const title = policy.beneficiary === null ? 'Name a beneficiary' : 'Change the beneficiary';
    const isFault = state === 'changed' || state === 'unconfirmed' || Object.keys(faults).length > 0;
    const outcome = isFault || response.statusCode >= 400 ? 'Error' : state === 'saved' ? 'Saved' : undefined;
    const data = {
      policy,
      form: { ...form, oid: getSignedIn(request).oid },
      state,
      faults,
      maxLength: MAX_NAME_LENGTH,
    };
    this.options.pages.show(request, response, { name: 'beneficiary', title, outcome, data });
  }
}

/** Tells whether the history has a form: an attempt may have been saved although its answer was lost. */
function isSaved(policy: Policy, form: BeneficiaryForm): boolean {
  const checked = changeIn(form);
  const made = findChange(policy, form.key);
  return made !== undefined && 'change' in checked && isSameChange(made, checked.change);
}
