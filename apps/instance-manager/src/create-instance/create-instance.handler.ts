import { randomInt } from 'node:crypto';
import type { CreateInstance } from '@tandem/contracts';
import type { SecretStore } from '@tandem/event-log';
import { allocate, Allocation, allocationStream, decideInstance, PortRanges } from '@tandem/lifecycle';
import type { Deadline } from '@tandem/messaging';
import { accepted, Rejection, Result, Secret, Transient } from '@tandem/platform';
import type { HostFacts } from '../backends/host-facts';
import { InstanceStore, instanceStream } from '../backends/instance-store';
import { verifierSecret } from './verifier-secret';

/** Racing creations conflict on the allocation stream; each round one of them gets through. */
const ALLOCATION_ROUNDS = 20;

type Reply = Result<{ instanceId: string; operationId: string }>;

/** Reserves name, hosts and ports, and records the wish; the workflow does the rest. */
export class CreateInstanceHandler {
  constructor(
    private readonly store: InstanceStore,
    private readonly hosts: HostFacts,
    private readonly secrets: SecretStore,
    private readonly ranges: PortRanges,
  ) {}

  async handle(command: CreateInstance, deadline: Deadline | null): Promise<Reply> {
    if (!this.store.caughtUp) throw new Transient('catching-up', 'the history has not been read to its end yet');
    const { operationId, verifier, ...spec } = command;
    const instanceId = newInstanceId();
    await this.store.refresh(allocationStream);
    for (let round = 0; round < ALLOCATION_ROUNDS; round++) {
      const { ledger } = this.store;
      const earlier = [...ledger.allocations.values()].find((each) => each.operationId === operationId);
      if (earlier) return accepted({ instanceId: earlier.instanceId, operationId });
      const environment = { hosts: this.hosts.hosts(), ranges: this.ranges };
      const decided = allocate(ledger, { instanceId, operationId, spec }, environment);
      if (!decided.ok) return { ok: false, rejection: decided.refusal };
      deadline?.expectAhead();
      if (!(await this.append(decided.value, ledger.version, verifier))) return accepted({ instanceId, operationId });
    }
    throw new Transient('allocation-contended', 'other creations kept coming first');
  }

  private append(allocation: Allocation, ledgerVersion: number, verifier: string): Promise<Rejection | null> {
    const { instanceId, operationId } = allocation;
    const request = decideInstance({ do: 'request-creation', ...allocation }, { status: 'absent' });
    const events = request.ok ? request.value : [];
    return this.store.append(
      [
        { stream: allocationStream, expectedVersion: ledgerVersion, type: 'InstanceAllocated', data: allocation },
        ...events.map((event) => ({ stream: instanceStream(instanceId), expectedVersion: 0, ...event })),
      ],
      operationId,
      (client) => this.secrets.putWithin(client, verifierSecret(instanceId), new Secret(verifier)),
    );
  }
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** 41 random bits; a collision is refused by the stream's expected version. */
function newInstanceId(): string {
  return `pg-${Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}
