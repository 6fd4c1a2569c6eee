import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { PolicyViolation } from 'aws-cdk-lib';
import { z } from 'zod';
import type { StackTemplates, Validator } from '../constructs/aws/checks/validator';
import { packageFile } from '../src/package/contents/files';

const Answer = z.union([
  z.object({ failure: z.string() }),
  z.object({ version: z.string(), violations: z.array(z.custom<PolicyViolation>()) }),
]);

/** Far above what any validation takes; a thread that has died never answers. */
const PATIENCE_MS = 300_000;

const NO_ANSWER = { failure: 'the thread of the validator does not answer' };

/**
 * CloudFormation's validation in a process of its own, which loads the rules from its start on: most of what a validation
 * takes. It never keeps this process alive, and ends with it.
 */
export class ValidatorProcess implements Validator {
  private port: MessagePort | undefined;

  /** Starts the process, if it does not run yet: also the first question does. */
  start(): MessagePort {
    if (this.port !== undefined) return this.port;
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(packageFile('stacks/validator-program.cjs'), {
      workerData: port2,
      transferList: [port2],
    });
    worker.unref();
    // Who asks is told of it by the answer that does not come.
    worker.on('error', () => undefined);
    port1.unref();
    this.port = port1;
    return port1;
  }

  /** Ends the process, and gives its memory back. */
  end(): void {
    this.port?.postMessage(undefined);
    this.port = undefined;
  }

  get version(): string {
    return this.post([])().version;
  }

  ask({ stackTemplates }: { readonly stackTemplates: StackTemplates }): () => readonly PolicyViolation[] {
    const answer = this.post(stackTemplates);
    return () => answer().violations;
  }

  /** What it gives waits for the answer: a plug-in of the CDK must give it at once. It throws if the validator fails. */
  private post(stackTemplates: StackTemplates) {
    const answered = new Int32Array(new SharedArrayBuffer(4));
    const { port1: own, port2: answerTo } = new MessageChannel();
    own.unref();
    this.start().postMessage({ stackTemplates, answered, answerTo }, [answerTo]);
    return () => {
      Atomics.wait(answered, 0, 0, PATIENCE_MS);
      const answer = Answer.parse(receiveMessageOnPort(own)?.message ?? NO_ANSWER);
      own.close();
      if ('failure' in answer) throw new Error(answer.failure);
      return answer;
    };
  }
}
