import { basename, resolve } from 'node:path';
import { FORGES } from '../../estate/sections/pipeline/forge';
import { CUSTOMERS, PLATFORMS, STARTS } from '../../package/project/choices';
import { type Answers, ownersFault, type Wishes } from './choose';
import { nameFault } from './name';

const ABOUT = {
  'external-id': 'Microsoft Entra External ID',
  b2c: 'Azure AD B2C, which is not sold to new customers',
  'ecs-express': 'Amazon ECS Express Mode',
  'app-runner': 'AWS App Runner, which takes no new customers',
  github: 'GitHub',
  'azure-devops': 'Azure DevOps',
  gitlab: 'GitLab',
  example: 'an example with made-up accounts, to edit',
  empty: 'hardly anything, with comments that say what to fill in',
  import: 'what IAM Identity Center has today; needs credentials of AWS',
} as const;

type Choice = keyof typeof ABOUT | 'none';

function labelOf(word: Choice): string {
  return word === 'none' ? word : `${word}: ${ABOUT[word]}`;
}

/** Asks what the options don't say. */
export async function ask(wishes: Wishes, defaults: Answers): Promise<Answers> {
  // An ES module, and needed by this command alone.
  const { input, select } = await import('@inquirer/prompts');
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
  return {
    name,
    start,
    customers,
    platform: await chosen('Platform of the customer application', PLATFORMS, platform),
    forge: await chosen('Service that runs the pipeline', [...FORGES, 'none'] as const, {
      given: wishes.forge,
      fallback: defaults.forge,
    }),
    owners: wishes.owners ?? (await askOwners()),
  };
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
  const { input } = await import('@inquirer/prompts');
  const text = await input({
    message,
    validate: (given) => {
      const fault = ownersFault(words(given));
      return fault === undefined ? true : `Reviewers ${fault}`;
    },
  });
  return words(text);
}

/** Asks whether to go on. */
export async function confirmed(message: string): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts');
  return await confirm({ message, default: true });
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
