import type { Request, Response } from 'express';
import { Router } from 'express';
import { PageError } from '../http/page-error';
import { requestIdOf } from '../../service/request-log';
import type { Pages } from '../pages/pages';
import { findSignedIn, getSignedIn, isFormOfSession, type Sessions } from '../sessions/sessions';
import {
  discardDraft,
  rekeyDraft,
  withDraft,
  withNotice,
  withoutDraft,
  type Draft,
  type StepUp,
} from '../sessions/state';
import { newToken } from '../sessions/token';
import type { AuthTransactions } from '../sign-in/auth-transactions';
import type { PolicyReader } from './account-routes';
import { MAX_NAME_LENGTH } from '../../service/names';
import { BeneficiaryForm, faultFrom, faultOf } from './beneficiary-form';
import { outcomeOf, type Outcome } from './beneficiary-outcome';
import type { PoliciesApi, Policy } from './policies-api';

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

/** Reason for showing the form again with what was typed, and what it says beside. */
interface Again {
  readonly form: Draft;
  readonly status: number;
  readonly says?: 'kept' | 'unconfirmed' | 'check-again';
  readonly fault?: string;
}

/** The form as it is shown. */
interface Shown {
  readonly policy: Policy;
  readonly typed: string;
  readonly key: string;
  readonly says?: Again['says'] | 'saved' | 'replaced' | 'other-saved' | 'changed';
  readonly fault?: string | undefined;
}

const PATH = '/account/beneficiary';

/** `/account/beneficiary`: the form that changes who receives the benefit, after a second factor. */
export function beneficiaryRoutes(options: BeneficiaryOptions): Router {
  const form = new BeneficiaryPage(options);
  return Router()
    .get(PATH, (request, response) => form.open(request, response))
    .post(PATH, (request, response) => form.submit(request, response))
    .post(`${PATH}/discard`, (request, response) => form.discard(request, response));
}

class BeneficiaryPage {
  readonly #options: BeneficiaryOptions;

  constructor(options: BeneficiaryOptions) {
    this.#options = options;
  }

  async open(request: Request, response: Response): Promise<void> {
    getSignedIn(request);
    if (this.#stepUpOf(request) === undefined) {
      await this.#stepUp(request, response);
      return;
    }
    const policy = await this.#options.policies.read(request);
    const draft = this.#draftOf(request);
    const outcome = draft && outcomeOf(policy, draft);
    if (draft === undefined) this.#show(request, response, fresh(policy));
    else if (outcome === 'saved' || outcome === 'replaced') {
      await this.#options.sessions.change(request, (state) => discardDraft(state, draft.key));
      this.#show(request, response, { ...fresh(policy), says: outcome });
    } else await this.#showAgain(request, response, { policy, form: draft, status: 200, says: 'kept' });
  }

  async submit(request: Request, response: Response): Promise<void> {
    const form = BeneficiaryForm.parse(request.body);
    const stepUp = this.#stepUpOf(request);
    if (findSignedIn(request) === undefined || stepUp === undefined) {
      await this.#keepAndVerify(request, response, form);
      return;
    }
    const fault = faultOf(form);
    if (!isFormOfSession(request)) {
      await this.#answer(request, response, { form, status: 403, says: 'check-again' });
    } else if (fault !== undefined) {
      await this.#answer(request, response, { form, status: 422, fault });
    } else {
      await this.#save(request, response, { form, stepUp });
    }
  }

  /** Forgets what was typed. Only who was shown the form knows its key, so that no token is needed beside it. */
  async discard(request: Request, response: Response): Promise<void> {
    const { key } = BeneficiaryForm.parse(request.body);
    await this.#options.sessions.change(request, (state) => discardDraft(state, key));
    response.redirect(303, '/account');
  }

  async #save(
    request: Request,
    response: Response,
    { form, stepUp }: { readonly form: BeneficiaryForm; readonly stepUp: StepUp },
  ): Promise<void> {
    const caller = { token: stepUp.accessToken, requestId: requestIdOf(request) };
    const result = await this.#options.api.writeBeneficiary(caller, form);
    switch (result.kind) {
      case 'saved':
        await this.#saved(request, response, outcomeOf(result.policy, form));
        return;
      case 'stale':
      case 'key-reused':
        await this.#answer(request, response, { form, status: 412 });
        return;
      case 'invalid':
        await this.#answer(request, response, { form, status: 422, fault: faultFrom(result.details) });
        return;
      case 'away':
        await this.#unconfirmed(request, response, { form, cause: result.cause });
        return;
      case 'refused':
        throw new PageError('policy-refused');
      case 'busy':
        await this.#keep(request, form);
        throw new PageError('too-many-requests');
    }
  }

  async #saved(request: Request, response: Response, outcome: Outcome): Promise<void> {
    const notice = outcome === 'replaced' ? 'beneficiary-saved-before' : 'beneficiary-saved';
    try {
      await this.#options.sessions.change(request, (state) => withNotice(withoutDraft(state), notice));
    } catch {
      // The change is made, and the next page shows it, or says itself what is wrong with the session.
    }
    response.redirect(303, '/account');
  }

  /** Shows the form again, unless it has been saved by then, as by an attempt whose answer was lost. */
  async #answer(request: Request, response: Response, reason: Again): Promise<void> {
    const policy = await this.#options.policies.read(request);
    const outcome = outcomeOf(policy, reason.form);
    if (outcome === 'saved' || outcome === 'replaced') {
      await this.#saved(request, response, outcome);
      return;
    }
    await this.#showAgain(request, response, { ...reason, policy });
  }

  /**
   * Shows the form again. Where it gets a new key, what is kept of it gets that too: else discarding the form would not
   * reach it.
   */
  async #showAgain(request: Request, response: Response, reason: Again & { readonly policy: Policy }): Promise<void> {
    const shown = again(reason.policy, reason);
    const { key } = reason.form;
    if (shown.key !== key) {
      await this.#options.sessions.change(request, (state) => rekeyDraft(state, { from: key, to: shown.key }));
    }
    response.status(reason.status);
    this.#show(request, response, shown);
  }

  /** The API is away, and may have saved it. What was typed stays in the session, since the policy may not be had either. */
  async #unconfirmed(
    request: Request,
    response: Response,
    { form, cause }: { readonly form: BeneficiaryForm; readonly cause: unknown },
  ): Promise<void> {
    await this.#keep(request, form);
    try {
      await this.#answer(request, response, { form, status: 503, says: 'unconfirmed' });
    } catch {
      throw new PageError('beneficiary-not-saved', { cause });
    }
  }

  async #keepAndVerify(request: Request, response: Response, form: BeneficiaryForm): Promise<void> {
    const { transactions } = this.#options;
    await this.#keep(request, form);
    if (findSignedIn(request) === undefined) {
      await transactions.begin(request, response, { flow: 'sign-in', returnTo: PATH, cancelTo: '/' });
    } else {
      await this.#stepUp(request, response);
    }
  }

  async #keep(request: Request, form: BeneficiaryForm): Promise<void> {
    await this.#options.sessions.change(request, (state) => withDraft(state, form));
  }

  async #stepUp(request: Request, response: Response): Promise<void> {
    await this.#options.transactions.begin(request, response, {
      flow: 'step-up',
      returnTo: PATH,
      cancelTo: '/account',
    });
  }

  /** The second factor of who is signed in, while it counts. */
  #stepUpOf(request: Request): StepUp | undefined {
    const { now, stepUpMs } = this.#options;
    const signedIn = findSignedIn(request);
    const stepUp = signedIn?.stepUp;
    if (stepUp === undefined || stepUp.oid !== signedIn?.oid) return undefined;
    const isGood = now() - stepUp.at <= stepUpMs && now() < stepUp.expiresAt;
    return isGood ? stepUp : undefined;
  }

  #draftOf(request: Request): Draft | undefined {
    const { draft, signedIn } = request.session.state ?? {};
    return draft?.oid === signedIn?.oid ? draft : undefined;
  }

  #show(request: Request, response: Response, shown: Shown): void {
    const title = shown.policy.beneficiary === null ? 'Name a beneficiary' : 'Change the beneficiary';
    const data = { ...shown, heading: title, oid: getSignedIn(request).oid, maxLength: MAX_NAME_LENGTH };
    this.#options.pages.show(request, response, { name: 'beneficiary', title, outcome: outcomeSaid(shown), data });
  }
}

/** The form for a new change; empty where no beneficiary is named yet. */
function fresh(policy: Policy): Shown {
  return { policy, typed: policy.beneficiary ?? '', key: newToken() };
}

/** The form with what was typed. It keeps its key until the key has saved something. */
function again(policy: Policy, { form, says, fault }: Again): Shown {
  const shown = { policy, typed: form.beneficiary, key: form.key, fault };
  if (outcomeOf(policy, form) === 'other-saved') return { ...shown, key: newToken(), says: 'other-saved' };
  return { ...shown, ...(form.etag === policy.etag ? says && { says } : { says: 'changed' }) };
}

const SAVED: readonly Shown['says'][] = ['saved', 'replaced'];
const UNSAVED: readonly Shown['says'][] = ['changed', 'other-saved', 'unconfirmed', 'check-again'];

function outcomeSaid({ says, fault }: Shown): 'Saved' | 'Error' | undefined {
  if (fault !== undefined || UNSAVED.includes(says)) return 'Error';
  return SAVED.includes(says) ? 'Saved' : undefined;
}
