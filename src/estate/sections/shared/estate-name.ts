import type { Issue } from '../../source/finding';
import { mismatches } from './issue';

/** CloudFormation API, CreateStack: a name has at most 128 characters, and `-access-management` is added to this one. */
const STACK_NAME_PREFIX = /^[A-Za-z][A-Za-z0-9-]{0,109}$/;

/** The estate's folder gives the stacks of every engine their names, and stands in the commands that deploy them. */
export function checkEstateName(name: string): readonly Issue[] {
  return mismatches('estate-name', [{ at: [], text: name }], {
    pattern: STACK_NAME_PREFIX,
    problem: "is the folder's name, which can't begin the name of a CloudFormation stack",
    allowed: 'a letter, then at most 109 letters, digits and hyphens',
  });
}
