import { Problem } from './problem';
import type { RefusalBody } from '../../service/listen';
import { problemBody } from './problem-handler';

/** Body of an answer to what no route sees. */
export const refusal: RefusalBody = (status) => {
  const problem = new Problem(
    { status, code: 'malformed-request' },
    'The request is malformed, too slow or too large.',
  );
  return { type: 'application/problem+json', text: JSON.stringify(problemBody(problem, 'none')) };
};
