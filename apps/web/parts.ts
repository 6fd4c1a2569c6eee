import type { Logger } from 'pino';
import type { Pages } from './pages/pages';
import type { PolicyReader } from './policies/policy-reader';
import type { AuthTransactions } from './sign-in/auth-transactions';
import type { Base } from './surroundings';

/** What routes work with. */
export interface Parts extends Base {
  readonly pages: Pages;
  readonly transactions: AuthTransactions;
  readonly policies: PolicyReader;
  /** Written at every log level. */
  readonly auditLog: Logger;
}
