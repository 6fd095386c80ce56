import { drillTarget, subjects } from '@tandem/contracts';
import { connectBus, serve } from '@tandem/messaging';
import { DrillTarget, runDrill } from './drills';

/** Answers `cmd.drill.<verb>` on NATS, through its restarts too. Returns the end of it. */
export async function serveDrillRequests(
  options: { url: string; credentialsFile: string },
  target: DrillTarget,
): Promise<() => Promise<void>> {
  const bus = await connectBus({ ...options, name: 'launcher' });
  serve(bus, subjects.drill('*'), {}, drillTarget, (request, { subject }) =>
    runDrill(target, subject.split('.').at(-1) ?? '', request),
  );
  return () => bus.close();
}
