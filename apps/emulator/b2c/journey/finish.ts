import type { Request, Response } from 'express';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import { errorText } from '../errors';
import type { Parts } from '../parts';
import type { Result } from './step';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** The end of a journey, on its way back to the library. */
export interface Ending {
  readonly parts: Parts;
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly req: Request;
  readonly res: Response;
}

/** Gives the result to the library, which goes on with the flow's next step or back to the application. */
export async function finish(ending: Ending, { accountId, methods, done }: Result): Promise<void> {
  const { provider, interaction, req, res } = ending;
  if (accountId !== undefined) await leaveSessionOfAnother(provider, interaction, accountId);
  const result: InteractionResults = {
    ...(accountId !== undefined && { login: { accountId, amr: [...(methods ?? [])], remember: false } }),
    ...(done !== undefined && { [done]: true }),
  };
  await provider.interactionFinished(req, res, result);
}

/** Sends the person back to the application with one of the service's errors. */
export async function refuse(ending: Ending, code: 'AADB2C90118' | 'AADB2C90091' | 'AADB2C90051'): Promise<void> {
  const { parts, provider, req, res } = ending;
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
