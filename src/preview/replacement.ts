import type { ReportPlace } from './places';

/** Kinds of replacements, in words. Those of the hosting begin with what customers notice of them. */
export const REPLACEMENT_WORDS = {
  'permission-set-renamed': 'permission set renamed',
  'permission-set-moved': 'permission set moves to another stack',
  'assignment-moved': 'assignments move to another stack',
  'group-recreated': 'group was recreated',
  'instance-changed': 'another IAM Identity Center instance',
  'stack-abandoned': 'stack is abandoned, and stays deployed',
  'stack-moved': 'stack moves to another account',
  'resource-replaced': 'resource replaced',
  'service-replaced': 'service replaced, with another address',
  'service-removed': 'service removed, with its address',
  'data-replaced': 'data replaced',
  'data-removed': 'data removed',
  'topic-replaced': 'alarms go to another topic',
  'hosting-abandoned': 'stack is abandoned, and stays deployed',
  'emergency-abandoned': 'stack is abandoned, and stays deployed',
} as const;

/** Something that is replaced, or that CloudFormation can't do in place. */
export interface Replacement {
  readonly kind: keyof typeof REPLACEMENT_WORDS;
  readonly subject: string;
  /** Event and what follows from it, in sentences. */
  readonly detail: string;
  /** Deployed assignments that it touches. */
  readonly assignments: number;
  readonly place?: ReportPlace;
}
