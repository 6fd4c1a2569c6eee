import type { Issue } from '../../../source/finding';
import type { Platform, ServiceSize } from '../hosting';
import { APP_RUNNER_SIZES, FARGATE_SIZES } from '../hosting-limits';
import { error } from '../../shared/issue';

/** Checks the size of a service against what the platform offers. */
export function checkServiceSize(size: ServiceSize, platform: Platform): readonly Issue[] {
  return [...checkMemory(size, platform), ...(size.minInstances <= size.maxInstances ? [] : [turnedAround(size)])];
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

function turnedAround({ at, minInstances, maxInstances }: ServiceSize): Issue {
  return error('service-scaling', [...at, 'minInstances'], {
    value: minInstances,
    problem: `is more than maxInstances (${maxInstances})`,
    allowed: 'at most maxInstances',
    related: [[...at, 'maxInstances']],
  });
}
