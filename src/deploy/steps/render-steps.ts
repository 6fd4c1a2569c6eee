import { shellLine } from './command';
import { runnable, type Step } from './step';

/** `customers: applications, scopes and user flows of the B2C directory` */
export function stepHeading({ id, title }: Step): string {
  return `${id}: ${title}`;
}

/** Lines that tell a person what to do, and how it is seen that it is done. */
export function todoLines({ action, isDoneWhen }: Step): readonly string[] {
  if (action.kind === 'commands') return [];
  return ['  to do by hand:', ...action.todo.map((line) => `    ${line}`), `  done when ${isDoneWhen}`];
}

/** Every step with all that it would check and run. */
export function renderPlan(steps: readonly Step[]): string {
  return steps.map((step) => `${planLines(step, steps).join('\n')}\n`).join('\n');
}

function planLines(step: Step, steps: readonly Step[]): readonly string[] {
  const { action, needs, verification, isDoneWhen } = step;
  const present = needs.filter((id) => steps.some((other) => other.id === id));
  const checks = 'state' in verification ? [] : verification.map(({ command }) => `  ? ${shellLine(command)}`);
  return [
    stepHeading(step),
    ...(present.length === 0 ? [] : [`  after ${present.join(', ')}`]),
    ...checks,
    ...(action.kind === 'by-hand'
      ? todoLines(step)
      : [`  done when ${isDoneWhen}; else`, ...runnable(step).map((command) => `  $ ${shellLine(command)}`)]),
  ];
}
