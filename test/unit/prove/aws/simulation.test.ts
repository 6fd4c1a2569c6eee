import { IAMClient } from '@aws-sdk/client-iam';
import {
  differingIn,
  policiesOf,
  type Question,
  questionsOn,
  QUESTIONS,
  SEED,
  simulationText,
} from '../../../../src/prove/aws/simulation';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { diskFolder } from '../../../../src/estate/load/estate-folder';
import { answering } from '../../../support/answering-client';
import { EXAMPLE_ESTATES } from '../../../support/repository';

const policies = policiesOf(planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox')));
const questions = questionsOn(policies);

interface Asked {
  readonly PolicyInputList: readonly string[];
  readonly PermissionsBoundaryPolicyInputList?: readonly string[];
  readonly ActionNames: readonly string[];
  readonly ResourceArns: readonly string[];
  readonly ContextEntries: readonly { readonly ContextKeyName: string; readonly ContextKeyValues: readonly string[] }[];
}

const keyOf = ({ policy, boundary, action, resource, context }: Question): string =>
  JSON.stringify([policy.document, boundary?.document ?? null, action, resource, Object.entries(context)]);
const keyOfAsked = (asked: Asked): string =>
  JSON.stringify([
    JSON.parse(asked.PolicyInputList[0] ?? ''),
    JSON.parse(asked.PermissionsBoundaryPolicyInputList?.[0] ?? 'null'),
    asked.ActionNames[0],
    asked.ResourceArns[0],
    asked.ContextEntries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName, ContextKeyValues[0]]),
  ]);

/** A simulator that answers by our evaluation, but for what it gets wrong. */
function simulator(isWrong: (question: Question) => boolean) {
  const known = new Map(questions.map((one) => [keyOf(one), one]));
  const { client, calls } = answering(new IAMClient({ region: 'eu-west-1' }), {
    SimulateCustomPolicyCommand: (input) => {
      const question = known.get(keyOfAsked(input as unknown as Asked));
      if (question === undefined) throw new Error('a question that was not made');
      const isAllowed = question.isAllowed !== isWrong(question);
      return { EvaluationResults: [{ EvalDecision: isAllowed ? 'allowed' : 'implicitDeny' }] };
    },
  });
  return { client, calls };
}

const never = (): boolean => false;

test('the questions are 500, the same for a seed, some allowed, some denied, some with a context or a boundary', () => {
  expect(questions).toHaveLength(QUESTIONS);
  expect(questionsOn(policies, SEED, 20)).toEqual(questions.slice(0, 20));
  expect(questionsOn(policies, 1, 20)).not.toEqual(questions.slice(0, 20));
  const shares = [
    questions.filter(({ isAllowed }) => isAllowed),
    questions.filter(({ isAllowed }) => !isAllowed),
    questions.filter(({ boundary }) => boundary !== undefined),
    questions.filter(({ context }) => Object.keys(context).length > 0),
  ].map(({ length }) => length > QUESTIONS / 20);
  expect(shares).toEqual([true, true, true, true]);
});

test('every resource is an ARN without a wildcard, or the one of an action without resources', () => {
  expect(questions.filter(({ resource }) => !/^(?:\*|arn:aws:[^*?$]+)$/.test(resource))).toEqual([]);
});

test('a simulator that answers as the evaluation does differs in nothing', async () => {
  const { client, calls } = simulator(never);
  expect(await differingIn(client, questions, never)).toEqual([]);
  expect(calls).toHaveLength(QUESTIONS);
});

test('each question that it answers otherwise is found, with policy, action, resource and context', async () => {
  const [first] = questions;
  const wrong = (await differingIn(simulator((one) => one === first).client, questions, never)) ?? [];
  expect(wrong.map(keyOf)).toEqual(questions.filter((one) => first && keyOf(one) === keyOf(first)).map(keyOf));
  const text = simulationText(QUESTIONS, wrong);
  for (const part of [first?.policy.name, first?.action, first?.resource, JSON.stringify(first?.context)])
    expect(text).toContain(part);
});

test('a person who ends the run ends the questions, and nothing is said of their answers', async () => {
  const { client, calls } = simulator(never);
  expect(await differingIn(client, questions, () => calls.length >= 3)).toBeUndefined();
  expect(calls).toHaveLength(3);
});

test('a simulator that does not decide has not agreed', async () => {
  const { client } = answering(new IAMClient({ region: 'eu-west-1' }), {
    SimulateCustomPolicyCommand: () => ({ EvaluationResults: [] }),
  });
  await expect(differingIn(client, questions, never)).rejects.toThrow('EvalDecision');
});
