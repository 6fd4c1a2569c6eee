import type { Request, Response } from 'express';
import { Router } from 'express';
import { PageError } from '../http/page-error';
import { requestIdOf } from '../../service/request-log';
import type { Pages } from '../pages/pages';
import { isFormOfSession } from '../sessions/csrf';
import { findSignedIn, getSignedIn, type Sessions } from '../sessions/sessions';
import { withDraft, withNotice, type StepUp } from '../sessions/state';
import type { Visits } from '../sign-in/visits';
import type { PolicyReader } from './account-routes';
import { BeneficiaryForm, MAX_NAME_LENGTH, faultFrom, faultOf } from './beneficiary-form';
import type { PoliciesApi } from './policies-api';

export interface BeneficiaryOptions {
  readonly policies: PolicyReader;
  readonly api: PoliciesApi;
  readonly pages: Pages;
  readonly sessions: Sessions;
  readonly visits: Visits;
  /** How long a second factor counts. */
  readonly stepUpMs: number;
  readonly now: () => number;
}

/** What the form says beside what was typed. */
interface Shown {
  readonly status: number;
  readonly typed?: string;
  /** The version that the person had seen. @default the policy's current one */
  readonly seen?: string;
  readonly fault?: string;
  readonly problem?: 'not-saved' | 'check-again';
}

const PATH = '/account/beneficiary';

/** `/account/beneficiary`: the form that changes who receives the benefit, after a second factor. */
export function beneficiaryRoutes(options: BeneficiaryOptions): Router {
  const form = new BeneficiaryPage(options);
  return Router()
    .get(PATH, (request, response) => form.open(request, response))
    .post(PATH, (request, response) => form.submit(request, response));
}

class BeneficiaryPage {
  readonly #options: BeneficiaryOptions;

  constructor(options: BeneficiaryOptions) {
    this.#options = options;
  }

  async open(request: Request, response: Response): Promise<void> {
    getSignedIn(request);
    if (this.#stepUpOf(request) === undefined) await this.#stepUp(request, response);
    else await this.#show(request, response, { status: 200, ...this.#draftOf(request) });
  }

  async submit(request: Request, response: Response): Promise<void> {
    const form = BeneficiaryForm.parse(request.body);
    const { beneficiary: typed, etag: seen } = form;
    const stepUp = this.#stepUpOf(request);
    if (findSignedIn(request) === undefined || stepUp === undefined) {
      await this.#keepAndVerify(request, response, form);
      return;
    }
    const fault = faultOf(typed);
    if (!isFormOfSession(request)) {
      await this.#show(request, response, { status: 403, typed, seen, problem: 'check-again' });
    } else if (fault !== undefined) {
      await this.#show(request, response, { status: 422, typed, seen, fault });
    } else {
      await this.#save(request, response, { form, stepUp });
    }
  }

  async #save(
    request: Request,
    response: Response,
    { form, stepUp }: { readonly form: BeneficiaryForm; readonly stepUp: StepUp },
  ): Promise<void> {
    const { beneficiary: typed, etag: seen } = form;
    const caller = { token: stepUp.accessToken, requestId: requestIdOf(request) };
    const result = await this.#options.api.writeBeneficiary(caller, { beneficiary: typed, etag: seen });
    switch (result.kind) {
      case 'saved':
        await this.#saved(request, response);
        return;
      case 'stale':
        await this.#stale(request, response, form);
        return;
      case 'invalid':
        await this.#show(request, response, { status: 422, typed, seen, fault: faultFrom(result.details) });
        return;
      case 'away':
        await this.#notSaved(request, response, { form, cause: result.cause });
        return;
      case 'refused':
        throw new PageError('policy-refused');
    }
  }

  async #saved(request: Request, response: Response): Promise<void> {
    await this.#options.sessions.change(request, (state) =>
      withNotice(withDraft(state, undefined), 'beneficiary-saved'),
    );
    response.redirect(303, '/account');
  }

  /** Another change came first; if it was the same, as after an answer that got lost, then it is done. */
  async #stale(request: Request, response: Response, { beneficiary, etag }: BeneficiaryForm): Promise<void> {
    const { beneficiary: current } = await this.#options.policies.read(request);
    if (current === beneficiary.trim().normalize('NFC')) await this.#saved(request, response);
    else await this.#show(request, response, { status: 412, typed: beneficiary, seen: etag });
  }

  /** The API is away. What was typed stays in the session, since the form can't even say what it would replace. */
  async #notSaved(
    request: Request,
    response: Response,
    { form, cause }: { readonly form: BeneficiaryForm; readonly cause: unknown },
  ): Promise<void> {
    await this.#keep(request, form);
    try {
      const { beneficiary: typed, etag: seen } = form;
      await this.#show(request, response, { status: 503, typed, seen, problem: 'not-saved' });
    } catch {
      throw new PageError('beneficiary-not-saved', { cause });
    }
  }

  async #keepAndVerify(request: Request, response: Response, form: BeneficiaryForm): Promise<void> {
    const { visits } = this.#options;
    await this.#keep(request, form);
    if (findSignedIn(request) === undefined) {
      await visits.begin(request, response, { flow: 'sign-in', returnTo: PATH, cancelTo: '/' });
    } else {
      await this.#stepUp(request, response);
    }
  }

  async #keep(request: Request, { beneficiary, etag, oid }: BeneficiaryForm): Promise<void> {
    await this.#options.sessions.change(request, (state) => withDraft(state, { beneficiary, etag, oid }));
  }

  async #stepUp(request: Request, response: Response): Promise<void> {
    await this.#options.visits.begin(request, response, { flow: 'step-up', returnTo: PATH, cancelTo: '/account' });
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

  #draftOf(request: Request): Pick<Shown, 'typed' | 'seen'> {
    const { draft, signedIn } = request.session.state ?? {};
    return draft !== undefined && draft.oid === signedIn?.oid ? { typed: draft.beneficiary, seen: draft.etag } : {};
  }

  async #show(request: Request, response: Response, shown: Shown): Promise<void> {
    const { policies, pages } = this.#options;
    const policy = await policies.read(request);
    const { status, typed, seen = policy.etag, fault, problem } = shown;
    const data = {
      policy,
      typed: typed ?? policy.beneficiary ?? '',
      isKept: typed !== undefined && status === 200,
      hasChanged: typed !== undefined && seen !== policy.etag,
      fault,
      problem,
      oid: getSignedIn(request).oid,
      maxLength: MAX_NAME_LENGTH,
    };
    response.status(status);
    pages.show(request, response, { name: 'beneficiary', title: 'Change the beneficiary', data });
  }
}
