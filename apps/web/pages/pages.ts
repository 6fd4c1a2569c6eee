import type { Request, Response } from 'express';
import { Eta } from 'eta';
import { VIEWS } from '../assets';
import type { Notice, SessionState } from '../sessions/state';
import { personOf } from '../sessions/person';
import { formatDate, formatNumber, formatTime } from './formats';

export type ViewName =
  | 'home'
  | 'welcome'
  | 'account'
  | 'beneficiary'
  | 'claims'
  | 'profile'
  | 'public'
  | 'reset-password'
  | 'sign-out'
  | 'signed-out'
  | 'error';

export interface Page {
  readonly name: ViewName;
  readonly title: string;
  readonly notice?: Notice | undefined;
  /** Data that the template reads beside the frame. */
  readonly data?: object;
}

const NOTICES: Readonly<Record<Notice, string>> = {
  cancelled: 'You cancelled, so nothing was changed.',
  'confirmation-cancelled': 'You cancelled before we knew that it is you, so nothing was changed.',
  'password-changed': 'Your password has been changed.',
  'profile-saved': 'Your details have been saved.',
  'beneficiary-saved': 'The new beneficiary has been saved.',
  'beneficiary-saved-before': 'Your change was saved. The beneficiary has been changed again since.',
};

/** The pages: templates in a common frame. */
export class Pages {
  readonly #eta = new Eta({ views: VIEWS, autoEscape: true, autoTrim: [false, 'nl'], cache: true });

  /** @param stylesheet address of the style sheet */
  constructor(private readonly stylesheet: string) {}

  /** Answers with a page. The status is the response's. */
  show(request: Request, response: Response, { name, title, notice, data }: Page): void {
    const state = stateOf(request);
    const html = this.#eta.render(`./${name}`, {
      ...data,
      title,
      path: request.path,
      stylesheet: this.stylesheet,
      notice: notice && NOTICES[notice],
      person: state?.signedIn && personOf(state.signedIn.claims),
      csrfToken: state?.csrfToken,
      formatDate,
      formatNumber,
      formatTime,
    });
    response.type('html').send(html);
  }
}

/** There is no session where reading it failed. */
function stateOf(request: Request): SessionState | undefined {
  return (request.session as typeof request.session | undefined)?.state;
}
