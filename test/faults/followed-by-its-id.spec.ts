import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FailoverView } from '@tandem/contracts';
import { hostLost, handedOver } from '../support/expected';
import { FaultContext } from '../support/fault-case';
import { faultFile } from '../support/fault-file';

interface Line {
  readonly service: string;
  readonly hostId?: string;
  readonly message: string;
  readonly row?: string;
}

/** Every line of every process that names the id, whichever file it stands in. */
function linesOf(logs: string, id: string): Line[] {
  const files = readdirSync(logs).filter((name) => name.endsWith('.log'));
  const texts = files.flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'));
  const named = texts.filter((line) => line.includes(`"correlationId":"${id}"`));
  return named.map((line) => JSON.parse(line) as Line);
}

/** The newest failover: by its id, through the logs of all processes and the events. */
async function follow({ instance, primary, secondary }: FaultContext, rows: readonly string[], oldAgent: boolean) {
  const path = `/v1/instances/${instance.id}/failovers?last=1`;
  const [failover] = (await instance.platform.api<{ failovers: FailoverView[] }>('GET', path)).failovers;
  expect(failover).toMatchObject({ from: primary.nodeId, to: secondary.nodeId, status: 'completed', lossBytes: 0 });
  expect(failover.steps.map(({ row }) => row)).toEqual(expect.arrayContaining([...rows]));
  expect(failover.steps.every(({ tookMs }) => tookMs >= 0)).toBe(true);

  const lines = linesOf(instance.platform.paths.logs, failover.id);
  const speakers = new Set(lines.map(({ service, hostId }) => hostId ?? service));
  const expected = ['failover-orchestrator', secondary.hostId, 'host-e1', ...(oldAgent ? [primary.hostId] : [])];
  expect([...speakers]).toEqual(expect.arrayContaining(expected));
  const messages = (who: string) =>
    lines.filter(({ service, hostId }) => (hostId ?? service) === who).map(({ message }) => message);
  expect(messages('failover-orchestrator')).toEqual(expect.arrayContaining(['Row changed', 'Epoch CAS']));
  expect(messages(secondary.hostId)).toEqual(expect.arrayContaining(['Consent answered', 'Promoted']));

  const events = await instance.eventsAfter(0);
  const story = events.filter(({ meta }) => meta['correlationId'] === failover.id).map(({ type }) => type);
  expect(story).toEqual(
    expect.arrayContaining(['SecondaryPromoted', 'PrimaryOpened', 'EndpointRepointed', 'FailoverCompleted']),
  );
  return failover;
}

faultFile('one failover, followed by its id through all processes', (fault) => {
  fault('handed over: old agent, orchestrator, new agent and endpoint tell of it under one id', {
    inflict: async (context) => {
      await context.drill('kill-postmaster', context.primary);
      await context.told('FailoverCompleted');
      const rows = ['hand-over/postmaster-died', 'promote/handed-over', 'open/promoted', 'endpoint/repoint'];
      const failover = await follow(context, rows, true);
      expect(failover.reason).toBe('process-died');
    },
    expects: handedOver,
  });

  fault('silent: it is told since when, and the id is known before anything is written', {
    inflict: async (context) => {
      await context.drill('kill-host', context.primary);
      await context.told('FailoverCompleted');
      const failover = await follow(context, ['consent/host-silent', 'promote/host-silent', 'open/promoted'], false);
      expect(failover.reason).toBe('host-lost');
      expect(failover.steps[0].step).toBe('silence-began');
      expect(failover.durationMs).toBeGreaterThan(1_000);
    },
    endFault: ({ drill, primary }) => drill('start-host', primary),
    expects: hostLost,
  });
});
