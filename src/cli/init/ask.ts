import { basename, resolve } from 'node:path';
import { type Forge, FORGE_FACTS, FORGES } from '../../estate/sections/pipeline/forges/registry';
import { CUSTOMERS, type Origin, PLATFORMS, STARTS } from '../../package/project/choices';
import { type Answers, originOf, ownersFault, repositoryFault, type Surroundings, type Wishes } from './choose';
import { nameFault } from './name';

const ABOUT = {
  'external-id': 'Microsoft Entra External ID',
  b2c: 'Azure AD B2C, which is not sold to new customers',
  'ecs-express': 'Amazon ECS Express Mode',
  'app-runner': 'AWS App Runner, which takes no new customers',
  example: 'an example with made-up accounts, to edit',
  empty: 'hardly anything, with comments that say what to fill in',
  import: 'what IAM Identity Center has today; needs credentials of AWS',
} as const;

type Choice = keyof typeof ABOUT | Forge | 'none';

function labelOf(word: Choice): string {
  if (word === 'none') return word;
  return `${word}: ${isForge(word) ? FORGE_FACTS[word].name : ABOUT[word]}`;
}

const isForge = (word: string): word is Forge => FORGES.some((forge) => forge === word);

/** Asks what the options don't say. */
export async function ask(wishes: Wishes, defaults: Answers, surroundings: Surroundings): Promise<Answers> {
  // An ES module, and needed by this command alone.
  const { default: input } = await import('@inquirer/input');
  const { default: select } = await import('@inquirer/select');
  const chosen = async <Word extends Choice>(
    message: string,
    words: readonly Word[],
    { given, fallback }: { readonly given: Word | undefined; readonly fallback: Word },
  ): Promise<Word> => {
    if (given !== undefined) return given;
    const choices = words.map((value) => ({ value, name: labelOf(value) }));
    return await select<Word>({ message, choices, default: fallback });
  };
  const name =
    wishes.name ??
    (await input({
      message: 'Name of the estate',
      default: defaultName(),
      validate: (text) => nameFault(text) ?? true,
    }));
  const start = await chosen('Begin with', STARTS, { given: wishes.start, fallback: defaults.start });
  const directory = { given: start === 'import' ? 'none' : wishes.customers, fallback: defaults.customers } as const;
  const customers = await chosen('Directory of your customers', CUSTOMERS, directory);
  const platform = { given: customers === 'none' ? 'none' : wishes.platform, fallback: defaults.platform } as const;
  const hosted = await chosen('Platform of the customer application', PLATFORMS, platform);
  const forge = await chosen('Service that runs the pipeline', [...FORGES, 'none'] as const, {
    given: wishes.forge,
    fallback: defaults.forge,
  });
  return {
    name,
    start,
    customers,
    platform: hosted,
    forge,
    origin: await askOrigin(forge, originOf(forge, surroundings)),
    owners: wishes.owners ?? (await askOwners()),
  };
}

/** Asks for the repository where git does not tell it. An import writes none. */
async function askOrigin(forge: Answers['forge'], origin: Origin): Promise<Origin> {
  if (forge === 'none' || origin.repository !== undefined) return origin;
  const { default: input } = await import('@inquirer/input');
  const repository = await input({
    message: `Repository at ${FORGE_FACTS[forge].name} (${FORGE_FACTS[forge].repository.allowed}), or nothing if there is none yet`,
    validate: (text) => {
      const fault = text === '' ? undefined : repositoryFault(forge, text);
      return fault === undefined ? true : `The repository ${fault}`;
    },
  });
  return repository === '' ? origin : { ...origin, repository };
}

/** Asks once more where the answer is empty: without reviewers whoever can merge gives access. */
async function askOwners(): Promise<readonly string[]> {
  const owners = await askOnce('Reviewers of every change, such as @acme/identity');
  return owners.length > 0
    ? owners
    : await askOnce(
        'Without reviewers, whoever can merge gives and takes access. Reviewers, or nothing again for none',
      );
}

async function askOnce(message: string): Promise<readonly string[]> {
  const { default: input } = await import('@inquirer/input');
  const text = await input({
    message,
    validate: (given) => {
      const fault = ownersFault(words(given));
      return fault === undefined ? true : `Reviewers ${fault}`;
    },
  });
  return words(text);
}

/** Tells whether somebody left a question by Ctrl-C, or the terminal was closed. */
export function isLeft(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError');
}

/** Name of the folder, if an estate can have it. */
function defaultName(): string {
  const name = basename(resolve('.'));
  return nameFault(name) === undefined ? name : 'acme';
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
