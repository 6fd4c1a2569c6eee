import { B2cError } from '../errors';
import type { Parts } from '../parts';
import type { Flow } from '../registrations';
import type { User } from '../store/users';
import type { Form, Outcome, Step } from './step';

/** One request of a person in the middle of a flow. */
export interface Visit<S extends Step = Step> {
  readonly parts: Parts;
  readonly flow: Flow;
  readonly step: S;
  /** The person who has signed in, if anybody has. */
  readonly accountId: string | undefined;
  /** The address that the application expects. */
  readonly loginHint: string | undefined;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password' | 'tel';
  readonly autocomplete?: string | undefined;
  readonly value?: string | undefined;
  readonly hint?: string;
  readonly optional?: boolean | undefined;
  /** Six digits. */
  readonly isCode?: boolean;
}

export interface Button {
  readonly action: string;
  readonly label: string;
}

/** The content of a page of a flow. */
export interface FormView {
  readonly title: string;
  readonly lead?: string;
  readonly fields: readonly Field[];
  readonly submit: Button;
  /** Further ways on, which leave the fields alone. */
  readonly others?: readonly Button[];
  /** It says where messages are to be found. */
  readonly showsInbox?: boolean;
}

type Action<S extends Step> = (visit: Visit<S>, form: Form) => Outcome | Promise<Outcome>;

/** A page and what its buttons do. `cancel` is on every page. */
export interface StepPage<S extends Step> {
  readonly view: (visit: Visit<S>) => FormView;
  readonly actions: Readonly<Record<string, Action<S>>>;
}

/** The step of a certain page. */
export type StepAt<At extends Step['at']> = Extract<Step, { readonly at: At }>;

/** The person who has signed in. @throws B2cError if the account was deleted meanwhile */
export function getUser({ parts, accountId = '' }: Visit): User {
  const user = parts.users.find(accountId);
  if (user !== undefined) return user;
  throw new B2cError(400, 'Your account no longer exists. Go back to the application and start again.');
}
