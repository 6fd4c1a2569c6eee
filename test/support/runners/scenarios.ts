import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { smallEstate } from './estates';
import { endOf, type Occasion, type Ran } from './run';
import { describePipeline } from './suite';
import { World, type WorldOptions } from './world';

/** Places where a run leaves texts for people. */
const PLACES = ['comment', 'log', 'report', 'proposal'] as const;
type Place = (typeof PLACES)[number];

/** Colour, posts, access and files after a run. What is absent is not compared. */
export interface Expected extends Readonly<Partial<Record<Place, readonly string[]>>> {
  readonly isGreen: boolean;
  /** Comments of the pull request. @default one if it has texts, else none */
  readonly comments?: number;
  /** True if a job takes a role in AWS by its token. */
  readonly signsIn?: boolean;
  /** Everything that IAM Identity Center then gives, as `<group> has <set> in <account>`. */
  readonly access: readonly string[];
}

/** One row of a table: an event in a repository whose estate is deployed, and the end of the run that follows. */
export interface Scenario {
  readonly title: string;
  readonly forges: readonly Forge[];
  /** Does what the team or somebody else does. @returns why a pipeline runs then */
  readonly when: (world: World) => Promise<Occasion>;
  readonly expected: Expected;
}

export const FORGES: readonly Forge[] = ['github', 'gitlab', 'azure-devops'];
/** Access of the auditors in accounts. */
export function auditorsIn(...accounts: readonly string[]): readonly string[] {
  return accounts.map((account) => `Security Auditors has SecurityAudit in ${account}`);
}

/** Access that the first deployment gives. */
export const DEPLOYED = auditorsIn('claims-dev', 'claims-test');

interface Group {
  readonly title: string;
  readonly forge: Forge;
  /** @default the small estate of AWS alone, in which any loss of access takes the label */
  readonly world?: Omit<WorldOptions, 'forge'>;
  readonly scenarios: readonly Scenario[];
}

/** Defines the tests of one repository: its first deployment, then the scenarios of its forge, one after the other. */
export function testScenarios({ title, forge, world: options, scenarios }: Group): void {
  describePipeline(forge, title, () => {
    let world: World;
    let stop: () => Promise<void> = () => Promise.resolve();
    beforeAll(async () => {
      const estate = `${smallEstate(forge)}  limits: { lost: { number: 0 } }\n`;
      world = await World.create({ forge, ...(options ?? { estate }) });
      stop = () => world.stop();
      await world.runGreen({ kind: 'push', commit: world.tip() });
    });
    afterAll(() => stop());
    beforeEach(async () => {
      world.forgetPosts();
      await world.moto.resetCalls();
    });
    const ofForge = scenarios.filter(({ forges }) => forges.includes(forge));
    test.each(ofForge)('$title', async ({ when, expected }) => {
      const ran = await world.run(await when(world));
      expect(await outcomeOf(world, ran, expected)).toEqual(outcomeExpected(expected));
    });
  });
}

/** Outcome with the expected texts that are missing; of a run of the wrong colour also its jobs and the end of its log. */
async function outcomeOf(world: World, ran: Ran, expected: Expected): Promise<object> {
  const { forge, moto, team } = world;
  const texts: Readonly<Record<Place, string>> = {
    comment: bodiesOf(forge.comments),
    log: ran.log,
    report: bodiesOf(forge.reports.filter(({ isOpen }) => isOpen)),
    proposal: bodiesOf(forge.proposals.all.filter(({ isOpen }) => isOpen)),
  };
  const { operations } = await moto.calls();
  const isSurprise = ran.isGreen !== expected.isGreen;
  return {
    isGreen: ran.isGreen,
    missing: PLACES.flatMap((place) => (expected[place] ?? []).filter((text) => !texts[place].includes(text))),
    comments: forge.comments.length,
    signsIn: expected.signsIn === undefined ? undefined : 'sts:AssumeRoleWithWebIdentity' in operations,
    access: (await world.read()).assignments,
    faults: forge.faults,
    left: team.leftFiles(),
    ...(isSurprise ? { jobs: ran.jobs, end: endOf(ran.log) } : {}),
  };
}

function outcomeExpected({ isGreen, comment, comments, signsIn, access }: Expected): object {
  return {
    isGreen,
    ...{ missing: [], faults: [], left: [] },
    comments: comments ?? (comment === undefined ? 0 : 1),
    signsIn,
    access: access.toSorted(),
  };
}

const bodiesOf = (posts: readonly { readonly body: string }[]): string => posts.map(({ body }) => body).join('\n');
