import { type Request, type RequestHandler, type Response, Router, urlencoded } from 'express';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import { z } from 'zod';
import { ownFormsOnly, textsIn } from '../../base/own-pages';
import { type ErrorCode, errorText } from '../errors';
import { flowOf } from '../http';
import type { FlowProviders } from '../oidc/flow-providers';
import type { StepName } from '../oidc/policy';
import { renderPage, sendPage } from '../../pages/render';
import { pageOf } from '../views';
import type { Parts } from '../parts';
import { serviceOf } from '../services/service';
import { type Faults, type Form, type Outcome, type Result, Step, type Visit } from './step';
import { firstStep, stepPage } from './pages';

const MODEL = 'Journey';

/** The place of a person, and what the page says. */
const Journey = z.object({ step: Step, notice: z.string().optional() });

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

interface Current extends Visit {
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly req: Request;
  readonly res: Response;
  readonly notice: string | undefined;
}

/**
 * The pages of all flows. The cookie of an interaction is sent to its own address alone, which no one can guess: that is
 * what protects the forms.
 */
export function journeyRoutes(parts: Parts, providers: FlowProviders): Router {
  const visit = visitor(parts, providers);
  return Router({ mergeParams: true })
    .use(ownFormsOnly)
    .get('/', async (req, res) => {
      const current = await visit(req, res);
      if (hasLocalAccounts(current)) show(current, {});
      else await refuse(current, 'AADB2C90051');
    })
    .post('/:action', urlencoded({ extended: false, limit: '32kb' }), act(visit));
}

function act(visit: (req: Request, res: Response) => Promise<Current>): RequestHandler<{ action: string }> {
  return async (req, res) => {
    const current = await visit(req, res);
    const { action } = req.params;
    const form = textsIn(req.body);
    const outcome = action === 'cancel' ? CANCELLED : await stepPage(current.step).actions[action]?.(current, form);
    if (outcome === undefined) res.redirect(303, addressOf(current));
    else await settle(current, outcome, form);
  };
}

const CANCELLED: Outcome = { kind: 'refused', code: 'AADB2C90091' };

/** An action that belongs to another page, as after the back button, leads to the page where the journey is. */
async function settle(current: Current, outcome: Outcome, form: Form): Promise<void> {
  switch (outcome.kind) {
    case 'goto':
      keep(current, outcome);
      current.res.redirect(303, addressOf(current));
      return;
    case 'invalid':
      if (outcome.step !== undefined) keep(current, { step: outcome.step });
      show(current, outcome.faults, form);
      return;
    case 'done':
      await finish(current, outcome.result);
      return;
    case 'refused':
      await refuse(current, outcome.code);
  }
}

function visitor(parts: Parts, providers: FlowProviders): (req: Request, res: Response) => Promise<Current> {
  return async (req, res) => {
    const place = flowOf(res);
    const { provider } = await providers.get(place);
    const interaction = await provider.interactionDetails(req, res);
    const { registrations } = parts;
    const flow = serviceOf(registrations).flowFor(registrations, place, String(interaction.params['client_id']));
    const known = parts.entries.find({ model: MODEL, id: interaction.uid }, Journey);
    const step = known?.step ?? firstStep(interaction.prompt.name as StepName, flow);
    const accountId = interaction.session?.accountId;
    const loginHint = z.string().safeParse(interaction.params['login_hint']).data;
    return { parts, flow, step, accountId, loginHint, provider, interaction, req, res, notice: known?.notice };
  };
}

function keep({ parts, interaction }: Current, { step, notice }: z.output<typeof Journey>): void {
  const seconds = interaction.exp - Math.floor(Date.now() / 1000);
  parts.entries.put({ model: MODEL, id: interaction.uid }, { step, notice }, Math.max(seconds, 1));
}

function show(current: Current, faults: Faults, form: Form = {}): void {
  const { res, interaction, notice, parts } = current;
  const view = stepPage(current.step).view(current);
  const isInvalid = Object.keys(faults).length > 0;
  const application = parts.registrations.clients.find(({ clientId }) => clientId === interaction.params['client_id']);
  const page = pageOf(parts.registrations);
  const data = { ...page, ...view, faults, notice: isInvalid ? undefined : notice, form, base: addressOf(current) };
  // Chromium applies it to the redirect after the form too, which leads back to the application.
  const { protocol, origin } = new URL(String(interaction.params['redirect_uri']));
  const forms = [origin === 'null' ? protocol : origin];
  const mark = origin === 'null' ? undefined : `${origin}/favicon.ico`;
  const body = renderPage('form', { ...data, application: application?.displayName, mark });
  sendPage(res, { body, status: isInvalid ? 400 : 200, forms });
}

function addressOf({ req }: Current): string {
  return req.baseUrl;
}

/** Social accounts are not there: a flow that offers nothing else has no way to sign in. */
function hasLocalAccounts({ flow: { identityProviders = [] } }: Visit): boolean {
  return identityProviders.length === 0 || identityProviders.some((id) => id.startsWith('Email'));
}

/** Gives the result to the library, which goes on with the flow's next step or back to the application. */
async function finish(current: Current, { accountId, methods, done }: Result): Promise<void> {
  const { provider, interaction, req, res } = current;
  if (accountId !== undefined) await leaveSessionOfAnother(provider, interaction, accountId);
  const result: InteractionResults = {
    ...(accountId !== undefined && { login: { accountId, amr: [...(methods ?? [])], remember: false } }),
    ...(done !== undefined && { [done]: true }),
  };
  await provider.interactionFinished(req, res, result);
}

/** Sends the person back to the application with one of the service's errors. */
async function refuse({ parts, provider, req, res }: Current, code: ErrorCode): Promise<void> {
  const result = { error: 'access_denied', error_description: errorText(parts.registrations, code) };
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
}

/** The library would show a form that posts itself, and is a dead end without JavaScript. */
async function leaveSessionOfAnother(provider: Provider, interaction: Interaction, accountId: string): Promise<void> {
  const { session: before } = interaction;
  if (before === undefined || before.accountId === accountId) return;
  const session = await provider.Session.findByUid(before.uid);
  if (session !== undefined) {
    delete session.accountId;
    delete session.authorizations;
    delete session.amr;
    await session.persist();
  }
  delete interaction.session;
  await interaction.persist();
}
