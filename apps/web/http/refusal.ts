import type { RefusalBody } from '../../service/listen';
import { PAGE_ERRORS } from './page-error';

/** Page for what no route sees. Mostly a program gets it, no person. */
export const refusal: RefusalBody = () => {
  const { title, what, advice } = PAGE_ERRORS['malformed-request'];
  return {
    type: 'text/html; charset=utf-8',
    text: `<!doctype html>\n<html lang="en"><title>${title}</title><h1>${title}</h1><p>${what} ${advice}</p></html>\n`,
  };
};
