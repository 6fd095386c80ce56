import { z } from 'zod';
import { subjects } from '@tandem/contracts';
import { connectBus, serve } from '@tandem/messaging';
import { DrillTarget, runDrill } from './drills';

const drillRequest = z.object({
  hostId: z.string().optional(),
  instanceId: z.string().optional(),
  nodeId: z.string().optional(),
  service: z.string().optional(),
});

/** Answers `cmd.drill.<verb>` on NATS, through its restarts too. Returns the end of it. */
export async function serveDrillRequests(
  options: { url: string; credentialsFile: string },
  target: DrillTarget,
): Promise<() => Promise<void>> {
  const bus = await connectBus({ ...options, name: 'launcher' });
  serve(bus, subjects.drill('*'), {}, drillRequest, (request, { subject }) =>
    runDrill(target, subject.split('.').at(-1) ?? '', request),
  );
  return () => bus.close();
}
