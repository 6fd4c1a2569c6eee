import type { Issue, Path } from '../../../source/finding';
import type { Platform, ScalingProperty, ServiceSize } from '../hosting';
import { APP_RUNNER_SIZES, CONCURRENCY, FARGATE_SIZES, INSTANCES } from '../hosting-limits';
import { error } from '../../shared/issue';
import type { Range } from '../../shared/range';
import { outside } from '../../shared/range';

/** A property of `ServiceSize` that is missing here does not compile. */
const SCALING_LIMITS: Readonly<Record<ScalingProperty, { readonly min: number; readonly max: number }>> = {
  minInstances: INSTANCES,
  maxInstances: INSTANCES,
  concurrency: CONCURRENCY,
};
const SCALING = Object.keys(SCALING_LIMITS) as readonly ScalingProperty[];

/** Checks the size of a service against what the platform offers. */
export function checkServiceSize(size: ServiceSize, platform: Platform): readonly Issue[] {
  return [
    ...checkMemory(size, platform),
    ...SCALING.flatMap((key) => scaling(size[key], SCALING_LIMITS[key], [...size.at, key])),
    ...(size.minInstances <= size.maxInstances ? [] : [turnedAround(size)]),
  ];
}

function checkMemory({ at, cpu, memory }: ServiceSize, platform: Platform): readonly Issue[] {
  const sizes = platform === 'app-runner' ? APP_RUNNER_SIZES : FARGATE_SIZES;
  const offered = sizes[cpu];
  if (offered?.includes(memory) === true) return [];
  if (offered === undefined) {
    const what = {
      value: cpu,
      problem: `is not a CPU size of ${platform}`,
      allowed: `${Object.keys(sizes).join(', ')} units`,
    };
    return [error('service-cpu', [...at, 'cpu'], what)];
  }
  const what = {
    value: memory,
    problem: `is not a memory size for ${cpu} CPU units`,
    allowed: `${offered.join(', ')} MiB`,
  };
  return [error('service-memory', [...at, 'memory'], what)];
}

function scaling(value: number, range: Range, at: Path): readonly Issue[] {
  const allowed = `${range.min} to ${range.max}, whole`;
  return outside('service-scaling', at, { value, range, problem: 'is out of range', allowed });
}

function turnedAround({ at, minInstances, maxInstances }: ServiceSize): Issue {
  return error('service-scaling', [...at, 'minInstances'], {
    value: minInstances,
    problem: `is more than maxInstances (${maxInstances})`,
    allowed: 'at most maxInstances',
    related: [[...at, 'maxInstances']],
  });
}
