import type { Request, Response } from 'express';
import { Eta } from 'eta';
import { VIEWS } from '../assets';
import { stateOf } from '../sessions/sessions';
import type { Notice } from '../sessions/state';
import { personOf } from '../sessions/person';
import * as formats from './formats';

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
  /** Begins the window's title, which a screen reader says first. @default that of the notice */
  readonly outcome?: 'Saved' | 'Error' | undefined;
  readonly notice?: Notice | undefined;
  /** Data that the template reads beside the frame. */
  readonly data?: object;
}

const NOTICES: Readonly<Record<Notice, { readonly text: string; readonly tone: 'good' | 'plain' }>> = {
  cancelled: { text: 'You cancelled. Nothing was changed.', tone: 'plain' },
  'password-changed': { text: 'Your password has been changed.', tone: 'good' },
  'profile-saved': { text: 'Your details have been saved.', tone: 'good' },
  'beneficiary-saved': { text: 'The new beneficiary has been saved.', tone: 'good' },
  'beneficiary-saved-before': {
    text: 'Your change was saved. The beneficiary has been changed again since.',
    tone: 'good',
  },
};

/** The pages: templates in a common frame. */
export class Pages {
  readonly #eta = new Eta({ views: VIEWS, autoEscape: true, autoTrim: [false, 'nl'], cache: true });

  constructor(private readonly assets: Readonly<Record<'stylesheet' | 'script', string>>) {}

  /** Answers with a page. The status is the response's. */
  show(request: Request, response: Response, { name, title, notice, data, ...page }: Page): void {
    const state = stateOf(request);
    const said = notice && NOTICES[notice];
    const { outcome = said?.tone === 'good' ? 'Saved' : undefined } = page;
    const html = this.#eta.render(`./${name}`, {
      ...data,
      title,
      windowTitle: outcome === undefined ? title : `${outcome}: ${title}`,
      path: request.path,
      ...this.assets,
      ...formats,
      notice: said,
      person: state?.signedIn && personOf(state.signedIn.claims),
      csrfToken: state?.csrfToken,
    });
    response.type('html').send(html);
  }
}
