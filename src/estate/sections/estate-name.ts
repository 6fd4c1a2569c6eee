import type { OwnCode } from '../source/finding-codes';
import type { Issue } from '../source/finding';
import { emergencyName } from './emergency/emergency';
import type { Estate } from './estate';
import { leaversRoleName } from './workforce/watch';
import { error } from './shared/issue';

/** IAM API, CreateRole. */
const ROLE_NAME_LENGTH = 64;

/** Of a role's name, `-pipeline-preview` is added to the estate's. */
const PIPELINE_ESTATE_NAME_LENGTH = 47;

/** App Runner API, CreateService: 4 to 40 characters; `-web` and `-api` are added to the estate's name. */
const HOSTED_ESTATE_NAME = /^[A-Za-z][A-Za-z0-9-]{0,35}$/;

/** CloudFormation API, CreateStack: a name has at most 128 characters, and `-access-management` is added to this one. */
const STACK_NAME_PREFIX = /^[A-Za-z][A-Za-z0-9-]{0,109}$/;

/** An estate of this name, and what it has. */
type Named = Pick<Estate, 'name' | 'emergency' | 'hosting' | 'pipeline' | 'workforce'>;

/** Limit of the name of an estate that has a section. */
interface NameLimit {
  readonly code: OwnCode;
  readonly applies: (estate: Named) => boolean;
  readonly isSound: (name: string) => boolean;
  readonly problem: string;
  readonly allowed: string;
}

const LIMITS: readonly NameLimit[] = [
  {
    code: 'estate-name',
    applies: () => true,
    isSound: (name) => STACK_NAME_PREFIX.test(name),
    problem: "can't begin the name of a CloudFormation stack",
    allowed: 'a letter, then at most 109 letters, digits and hyphens',
  },
  {
    code: 'hosted-estate-name',
    applies: ({ hosting }) => hosting !== undefined,
    isSound: (name) => HOSTED_ESTATE_NAME.test(name),
    problem: "can't begin the name of an App Runner service",
    allowed: 'a letter, then at most 35 letters, digits and hyphens',
  },
  atMost('emergency-estate-name', 'the role for emergencies', {
    most: ROLE_NAME_LENGTH - emergencyName('').length,
    applies: ({ emergency }) => emergency !== undefined,
  }),
  atMost('leavers-estate-name', "the leavers' role", {
    most: ROLE_NAME_LENGTH - leaversRoleName('').length,
    applies: ({ workforce }) => workforce?.leavers !== undefined,
  }),
  atMost('pipeline-estate-name', 'the roles of the pipeline', {
    most: PIPELINE_ESTATE_NAME_LENGTH,
    applies: ({ pipeline }) => pipeline !== undefined,
  }),
];

function atMost(
  code: OwnCode,
  named: string,
  { most, applies }: Pick<NameLimit, 'applies'> & { readonly most: number },
): NameLimit {
  const problem = `is too long to name ${named}`;
  return { code, applies, isSound: ({ length }) => length <= most, problem, allowed: `at most ${most} characters` };
}

/** The estate's folder gives stacks, services and roles their names, and stands in the commands that deploy them. */
export function checkEstateName(estate: Named): readonly Issue[] {
  return LIMITS.filter(({ applies, isSound }) => applies(estate) && !isSound(estate.name)).map(
    ({ code, problem, allowed }) =>
      error(code, [], { value: estate.name, problem: `is the folder's name, which ${problem}`, allowed }),
  );
}
