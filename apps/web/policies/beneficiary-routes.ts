import { Router, type Request, type Response } from 'express';
import { findChange, isSameChange, MAX_NAME_LENGTH, type PolicyChange } from '../../service/policy';
import { requestIdOf } from '../../service/request-log';
import { isPageError, PageError } from '../http/page-error';
import type { Parts } from '../parts';
import { type BeneficiaryForm, changeIn, type Faults, faultsOf, formIn } from '../sessions/beneficiary-form';
import { findSignedIn, getSignedIn, isFormOfSession } from '../sessions/sessions';
import { withDraft, withNotice, withoutDraft } from '../sessions/state';
import { newToken } from '../sessions/token';
import type { Policy } from './policies-api';

/**
 * A form that is shown again; one that was saved leads to the policy instead. Where the policy is no longer the one that the
 * form was opened with, it is shown as changed in the meantime, whatever the state.
 */
interface Again {
  readonly form: BeneficiaryForm;
  readonly status: number;
  readonly state?: 'not-saved' | 'unconfirmed';
  readonly faults?: Faults;
  /** The policy as it is now. @default it is read */
  readonly policy?: Policy;
  /** Fault for which it is shown, for the log. @default none */
  readonly cause?: unknown;
}

const PATH = '/account/beneficiary';

/** `/account/beneficiary`: the form that changes who receives the benefit, after a second factor. */
export function beneficiaryRoutes(parts: Parts): Router {
  const page = new BeneficiaryPage(parts);
  return Router()
    .get(PATH, (request, response) => page.open(request, response))
    .post(PATH, (request, response) => page.submit(request, response))
    .post(`${PATH}/discard`, (request, response) => page.discard(request, response));
}

class BeneficiaryPage {
  constructor(private readonly parts: Parts) {}

  async open(request: Request, response: Response): Promise<void> {
    const { oid } = getSignedIn(request);
    if (this.#tokenOf(request) === undefined) {
      await this.#verify(request, response);
      return;
    }
    const policy = await this.parts.policies.read(request);
    const draft = request.session.state?.draft;
    const again: Pick<Again, 'form' | 'state'> =
      draft?.oid === oid ? { form: draft, state: 'not-saved' } : { form: formIn({ ...policy, oid, key: newToken() }) };
    await this.#answer(request, response, { ...again, status: 200, policy });
  }

  async submit(request: Request, response: Response): Promise<void> {
    const form = formIn(request.body);
    const token = this.#tokenOf(request);
    const checked = changeIn(form);
    if (token === undefined) {
      await this.#keep(request, form);
      await this.#verify(request, response);
    } else if (!isFormOfSession(request))
      await this.#answer(request, response, { form, status: 403, state: 'not-saved' });
    else if ('faults' in checked) await this.#answer(request, response, { form, status: 422, faults: checked.faults });
    else await this.#answer(request, response, await this.#save(request, { ...form, ...checked, token }));
  }

  /** Forgets what was typed. Only who was shown the form knows its key, so that no token is needed beside it. */
  async discard(request: Request, response: Response): Promise<void> {
    const { key } = formIn(request.body);
    await this.parts.sessions.change(request, (state) => withoutDraft(state, key));
    response.redirect(303, '/account');
  }

  async #save(
    request: Request,
    { token, change, ...form }: BeneficiaryForm & { readonly token: string; readonly change: PolicyChange },
  ): Promise<Again> {
    try {
      const written = await this.parts.api.write({ token, requestId: requestIdOf(request) }, { ...form, change });
      if ('etag' in written) return { form, status: 200, policy: written };
      return { form, status: written.length === 0 ? 412 : 422, faults: faultsOf(written) };
    } catch (error) {
      const isAway = isPageError(error, 'policy-unavailable');
      // What was typed stays in the session: it may have been saved, and the policy may not be had either.
      if (isAway || isPageError(error, 'too-many-requests')) await this.#keep(request, form);
      if (!isAway) throw error;
      return { form, status: 503, state: 'unconfirmed', cause: error };
    }
  }

  /**
   * Leads to the policy if the form has been saved by then, also by an attempt whose answer was lost; else shows the form again. It
   * keeps its key until the key has saved something; then what is kept of it gets the new key too, or discarding the
   * form would not reach it.
   */
  async #answer(request: Request, response: Response, { form, cause, ...again }: Again): Promise<void> {
    const { sessions, policies } = this.parts;
    const asked = again.policy ?? policies.read(request);
    const policy = await Promise.resolve(asked).catch((error: unknown) => {
      throw cause === undefined ? error : new PageError('beneficiary-not-saved', { cause });
    });
    const made = findChange(policy, form.key);
    const checked = changeIn(form);
    if (made !== undefined && 'change' in checked && isSameChange(made, checked.change)) {
      const notice = policy.history.at(-1)?.key === form.key ? 'beneficiary-saved' : 'beneficiary-saved-before';
      // The change is made. Where the session can't be written, the next page shows it, or says itself what is wrong.
      await sessions.change(request, (state) => withNotice(withoutDraft(state), notice)).catch(() => undefined);
      response.redirect(303, '/account');
      return;
    }
    const key = made === undefined ? form.key : newToken();
    await sessions.change(request, (state) =>
      made !== undefined && state.draft?.key === form.key ? withDraft(state, { ...state.draft, key }) : state,
    );
    this.#show(request, response, { ...again, policy, form: { ...form, key } });
  }

  async #keep(request: Request, form: BeneficiaryForm): Promise<void> {
    await this.parts.sessions.change(request, (state) => withDraft(state, form));
  }

  /** Leads to the second factor, first to the sign-in where nobody is signed in, and back. */
  async #verify(request: Request, response: Response): Promise<void> {
    const isSignedIn = findSignedIn(request) !== undefined;
    const visit = { flow: isSignedIn ? 'step-up' : 'sign-in', cancelTo: isSignedIn ? '/account' : '/' } as const;
    await this.parts.transactions.begin(request, response, { ...visit, returnTo: PATH });
  }

  /** The token of the second factor of who is signed in, while it counts. */
  #tokenOf(request: Request): string | undefined {
    const { oid, stepUp } = findSignedIn(request) ?? {};
    if (stepUp === undefined || stepUp.oid !== oid) return undefined;
    const now = this.parts.now();
    return now - stepUp.at <= this.parts.stepUpMs && now < stepUp.expiresAt ? stepUp.accessToken : undefined;
  }

  #show(request: Request, response: Response, { policy, ...again }: Again & { readonly policy: Policy }): void {
    const { form, status, faults = {} } = again;
    const state = form.etag === policy.etag ? again.state : 'changed';
    const title = policy.beneficiary === null ? 'Name a beneficiary' : 'Change the beneficiary';
    const outcome = state === 'changed' || status >= 400 ? 'Error' : undefined;
    const own = { ...form, oid: getSignedIn(request).oid };
    const data = { policy, form: own, state, faults, maxLength: MAX_NAME_LENGTH };
    response.status(status);
    this.parts.pages.show(request, response, { name: 'beneficiary', title, outcome, data });
  }
}
