import type { RefusalBody } from '../../service/listen';

/** A fault that the person is told, by the page that explains it. The cause is for the log alone. */
export class PageError extends Error {
  override readonly name = 'PageError';

  constructor(
    readonly code: PageErrorCode,
    options?: ErrorOptions,
  ) {
    super(PAGE_ERRORS[code].title, options);
  }
}

/** Tells whether an error is the fault with that code. */
export function isPageError(error: unknown, code: PageErrorCode): error is PageError {
  return error instanceof PageError && error.code === code;
}

/** The page needs somebody who is signed in, with tokens that are good. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
}

const ACCOUNT = { href: '/account', label: 'Go to your policy' };

/**
 * The stable codes of the error pages, with what happened, what to do, and where the button leads, by default to the start page.
 * `npx --no entra-aws docs web` explains each.
 */
export const PAGE_ERRORS = {
  'not-found': {
    status: 404,
    title: 'We can’t find this page',
    what: 'There is no page at this address.',
    advice: 'Check the address, or start from the first page.',
  },
  'malformed-request': {
    status: 400,
    title: 'We could not read this request',
    what: 'Your browser sent something that this page does not accept.',
    advice: 'Go back and try again.',
  },
  'body-too-large': {
    status: 413,
    title: 'That was too long',
    what: 'The form had more text than this page accepts.',
    advice: 'Go back and shorten what you typed.',
  },
  'foreign-form': {
    status: 403,
    title: 'This form did not come from us',
    what: 'Another website tried to send a form in your name. Nothing was changed.',
    advice: 'If you sent it yourself, open the page again and retry.',
  },
  'stale-form': {
    status: 403,
    title: 'This form is out of date',
    what: 'You have signed in or out since the page was opened. Nothing was changed.',
    advice: 'Open the page again and retry.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    what: 'More requests came from you or your network than we answer in a minute.',
    advice: 'Wait a minute, then try again.',
  },
  'sign-in-unavailable': {
    status: 503,
    title: 'Signing in does not work right now',
    what: 'Our sign-in service does not answer.',
    advice: 'Try again in a few minutes. You don’t need to change anything.',
    link: { href: '/login', label: 'Try again' },
  },
  'sign-in-failed': {
    status: 400,
    title: 'The sign-in was not completed',
    what: 'What the sign-in service sent back could not be confirmed, so nothing was changed.',
    advice: 'Please start again.',
    link: { href: '/login', label: 'Start again' },
  },
  'unknown-sign-in': {
    status: 400,
    title: 'This sign-in can’t be used',
    what: 'It was used before, is too old, or was started in another browser.',
    advice:
      'If you are signed in already, go on from the start page. Otherwise sign in again. If you come back to this page, allow cookies for this website.',
  },
  'other-person': {
    status: 403,
    title: 'That was somebody else',
    what: 'You are signed in here as one person, and somebody else has just confirmed. Nothing was changed.',
    advice: 'Try again with your own account, or sign out first.',
    link: ACCOUNT,
  },
  'not-fresh': {
    status: 403,
    title: 'We could not confirm that it is you',
    what: 'We ask for a code just before a change, and the last one was entered too long ago.',
    advice: 'Try again, and complete every step.',
    link: ACCOUNT,
  },
  // It ended while it was being used, as by another tab that got a new one.
  'session-gone': {
    status: 409,
    title: 'Your session has ended',
    what: 'You have signed out, perhaps in another window. Nothing was changed.',
    advice: 'Sign in to go on.',
    link: { href: '/login', label: 'Sign in' },
  },
  'policy-unavailable': {
    status: 503,
    title: 'Your policy can’t be shown right now',
    what: 'The system that keeps our policies does not answer. Your policy itself is safe.',
    advice: 'Try again in a few minutes.',
    link: { href: '/account', label: 'Try again' },
  },
  'beneficiary-not-saved': {
    status: 503,
    title: 'We could not confirm the change',
    what: 'The system that keeps our policies does not answer, so we can’t tell whether your change was saved. We have kept what you typed.',
    advice:
      'Open the form again in a few minutes: it says whether your change was saved, and if not, you can save it there.',
    link: { href: '/account/beneficiary', label: 'Open the form again' },
  },
  'policy-refused': {
    status: 502,
    title: 'Your policy can’t be shown',
    what: 'The system that keeps our policies did not accept our request.',
    advice: 'Sign out and in again. If that does not help, tell us the reference below.',
  },
  unavailable: {
    status: 503,
    title: 'We are busy right now',
    what: 'A part of this website does not answer, or you opened many pages at the same moment.',
    advice: 'Wait a few seconds, then try again.',
  },
  unexpected: {
    status: 500,
    title: 'Something went wrong',
    what: 'That is our fault, not yours, and it is in our log.',
    advice: 'Try again. If it happens again, tell us the reference below.',
  },
} as const satisfies Record<string, Record<'title' | 'what' | 'advice', string> & { status: number; link?: object }>;

export type PageErrorCode = keyof typeof PAGE_ERRORS;

/** Page for what no route sees. Mostly a program gets it, no person. */
export const refusal: RefusalBody = () => {
  const { title, what, advice } = PAGE_ERRORS['malformed-request'];
  return {
    type: 'text/html; charset=utf-8',
    text: `<!doctype html>\n<html lang="en"><title>${title}</title><h1>${title}</h1><p>${what} ${advice}</p></html>\n`,
  };
};
