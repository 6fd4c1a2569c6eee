import type { KnownAnswers, Question } from '../../../constructs/aws/checks/known-answers';
import { ValidatorProcess } from '../../../stacks/validator-process';
import { diskFolder } from '../../estate/load/estate-folder';
import { ESTATE_FILE, type FileText } from '../../estate/source/estate-folder';

/** A validator, and what is to be known once it was asked about all of an estate. */
export interface Validation {
  readonly validator: ValidatorProcess;
  readonly validated: Question<true>;
}

/** Starts the validator where it is likely to be asked: its rules take longest of all, and other grants alone seldom need them. */
export function startValidation({
  estates,
  name,
  known,
}: {
  readonly estates: string;
  readonly name: string;
  readonly known: KnownAnswers;
}): Validation {
  const validator = new ValidatorProcess();
  const validated = ungrantedText(diskFolder(estates, name).read(ESTATE_FILE));
  if (known.find(validated) === undefined) validator.start();
  return { validator, validated };
}

/** Tells whether an estate file that differs in its grants at most was validated. */
function ungrantedText(file: FileText): Question<true> {
  const text = file.kind === 'text' ? file.text.replace(/^( *)grants:.*(?:\n(?:\1[ -].*|[ \t]*))*/gm, '') : '';
  return { kind: 'text but the grants', about: [text], isAnswer: (value): value is true => value === true };
}
