import { type Properties, textOf } from '../../provider/values';
import { findPrincipal } from '../clouds/graph/read-application';
import type { Directory } from '../clouds/graph/directory';
import { ClientId, readId } from '../estate/source/ids';

type Graph = Directory['context']['graph'];

/** An application of a run that no one owns: nothing of it can be changed or deleted with `Application.ReadWrite.OwnedBy`. */
export interface Ownerless {
  /** Object id. */
  readonly application: string;
  /** Object id of its service principal. */
  readonly principal: string;
}

/** Applications of a run, by its mark, of which no one owns both the registration and the service principal. */
async function findOwnerless(graph: Graph, mark: string): Promise<readonly Ownerless[]> {
  const marked = await graph.list('/v1.0/applications', { query: { $filter: `startswith(displayName,'${mark}')` } });
  const found = await Promise.all(marked.map((one) => ownerless(graph, one)));
  return found.filter((one) => one !== undefined);
}

async function ownerless(graph: Graph, { id, appId }: Properties): Promise<Ownerless | undefined> {
  const principal = await findPrincipal(graph, readId(ClientId, appId));
  if (principal === undefined) return undefined;
  const ids = { application: textOf(id), principal: textOf(principal['id']) };
  const lists = await Promise.all(pathsOf(ids).map((path) => graph.list(`/v1.0/${path}/owners`)));
  const [ofApplication = [], ofPrincipal = []] = lists;
  return ofApplication.some((one) => ofPrincipal.some((other) => other['id'] === one['id'])) ? undefined : ids;
}

function pathsOf({ application, principal }: Ownerless): readonly string[] {
  return [`applications/${application}`, `servicePrincipals/${principal}`];
}

/** As the pause after as many tries: each look is a request of the record. */
const SOME_SECONDS = 4;

/** Lets a person know who must be made an owner of what, or does it where there is none. */
export type Own = (ownerless: readonly Ownerless[]) => void | Promise<void>;

/**
 * Has an owner added where an application of a run has none, and waits for it.
 *
 * @returns false if no owner was missing, or the person does not want to go on
 */
export async function waitForOwners(
  { graph, waiter }: Directory['context'],
  mark: string,
  { own, isInterrupted = () => false }: { readonly own: Own; readonly isInterrupted?: () => boolean },
): Promise<boolean> {
  const ownerless = await findOwnerless(graph, mark);
  if (ownerless.length === 0) return false;
  await own(ownerless);
  while (!isInterrupted()) {
    if ((await findOwnerless(graph, mark)).length === 0) return true;
    await waiter.pause(SOME_SECONDS);
  }
  return false;
}

/** Commands by which a person makes an identity the owner. */
export function ownerWords(all: readonly Ownerless[], owner: string): string {
  const graph = 'https://graph.microsoft.com/v1.0';
  return [
    'No one owns what was made from a template, so that nothing more of it can be changed or deleted. An Application Administrator adds the owner; this goes on once it is there:',
    ...all.flatMap(({ application, principal }) => [
      `  az ad app owner add --id ${application} --owner-object-id ${owner}`,
      `  az rest --method post --url '${graph}/servicePrincipals/${principal}/owners/$ref' --body '{"@odata.id": "${graph}/directoryObjects/${owner}"}'`,
    ]),
  ].join('\n');
}
