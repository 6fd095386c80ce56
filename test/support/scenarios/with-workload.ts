import { TestInstance } from '../test-instance';
import { Workload } from '../workload';

/** Runs a course under load, which ends with it in every case. */
export async function withWorkload(
  instance: TestInstance,
  course: (workload: Workload) => Promise<void>,
): Promise<void> {
  const workload = await Workload.start(instance);
  try {
    await workload.busy();
    await course(workload);
  } finally {
    await workload.stop();
  }
}
