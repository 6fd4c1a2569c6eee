import * as z from 'zod';
import { PAGE_PATHS } from '../../service/web-paths';
import { BeneficiaryForm } from './beneficiary-form';

/** A user flow of the directory, by what it is for. */
export const FlowName = z.enum(['sign-in', 'step-up', 'profile-edit', 'password-reset']);
export type FlowName = z.output<typeof FlowName>;

/** Notices that the next page says once. */
export const Notice = z.enum([
  'cancelled',
  'password-changed',
  'profile-saved',
  'beneficiary-saved',
  'beneficiary-saved-before',
]);
export type Notice = z.output<typeof Notice>;

/** A visit to the sign-in service that has begun and not come back. All that its callback is checked against. */
const Pending = z
  .object({
    flow: FlowName,
    state: z.string(),
    nonce: z.string(),
    verifier: z.string(),
    /** Milliseconds since 1970, as all times here. */
    startedAt: z.number(),
    returnTo: z.enum(PAGE_PATHS),
    cancelTo: z.enum(PAGE_PATHS),
    /** True if the password was asked again, since an earlier visit brought an old sign-in. */
    isRetry: z.boolean(),
    /** Notice of the page at the end. @default nothing */
    notice: Notice.optional(),
  })
  .readonly();
export type Pending = z.output<typeof Pending>;

const Tokens = z
  .object({ accessToken: z.string(), refreshToken: z.string().optional(), expiresAt: z.number() })
  .readonly();
export type Tokens = z.output<typeof Tokens>;

/** That the person has given the second factor: the step-up flow's token, and when it was. */
const StepUp = z.object({ oid: z.string(), at: z.number(), accessToken: z.string(), expiresAt: z.number() }).readonly();
export type StepUp = z.output<typeof StepUp>;

const SignedIn = z
  .object({
    oid: z.string(),
    /** Of the last id token that told about the person. */
    claims: z.record(z.string(), z.unknown()),
    /** Of the sign-in, for signing out. */
    idToken: z.string(),
    tokens: Tokens,
    stepUp: StepUp.optional(),
  })
  .readonly();
export type SignedIn = z.output<typeof SignedIn>;

/** All that a session knows. It is replaced as a whole, never changed in place. */
export const SessionState = z
  .object({
    /** The absolute limit counts from here. */
    startedAt: z.number(),
    csrfToken: z.string(),
    pending: z.array(Pending).readonly(),
    signedIn: SignedIn.optional(),
    /** What somebody typed into the form before the session ended or the second factor was due. */
    draft: BeneficiaryForm.optional(),
    notice: Notice.optional(),
  })
  .readonly();
export type SessionState = z.output<typeof SessionState>;

/** Tabs that can be at the sign-in service at once; the oldest has to start again. */
export const MAX_PENDING = 10;
/** Time that a visit to the sign-in service may take: as long as its own pages wait. */
export const PENDING_MS = 3_600_000;

export function addPending(state: SessionState, pending: Pending): SessionState {
  const young = state.pending.filter(({ startedAt }) => pending.startedAt - startedAt < PENDING_MS);
  return { ...state, pending: [...young, pending].slice(-MAX_PENDING) };
}

/** A second use finds nothing, and so does one that is too old. */
export function findPending(state: SessionState, wanted: string, now: number): Pending | undefined {
  return state.pending.find(({ state: known, startedAt }) => known === wanted && now - startedAt < PENDING_MS);
}

export function removePending(state: SessionState, used: string): SessionState {
  return { ...state, pending: state.pending.filter(({ state: known }) => known !== used) };
}

/** Somebody signs in: whatever the session knew of anybody goes. Other tabs may still come back. */
export function signIn(state: SessionState, signedIn: SignedIn, now: number): SessionState {
  const { pending, csrfToken, draft } = state;
  // What one person typed is not for the next one.
  return { pending, csrfToken, startedAt: now, signedIn, ...(draft?.oid === signedIn.oid && { draft }) };
}

/** Changes what is known of the person, if it is still the same one. */
export function changePerson(state: SessionState, oid: string, change: Partial<SignedIn>): SessionState {
  return state.signedIn?.oid === oid ? { ...state, signedIn: { ...state.signedIn, ...change } } : state;
}

export const withNotice = (state: SessionState, notice: Notice | undefined): SessionState => ({ ...state, notice });
export const withDraft = (state: SessionState, draft: BeneficiaryForm): SessionState => ({ ...state, draft });

/** Forgets the draft, or that of one form alone: what was typed into another one stays. */
export function withoutDraft(state: SessionState, key = state.draft?.key): SessionState {
  return state.draft === undefined || state.draft.key !== key ? state : { ...state, draft: undefined };
}
