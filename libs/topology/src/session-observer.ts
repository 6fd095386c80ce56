import { HostId, hostSession } from '@tandem/contracts';
import { Permanent, monotonicMs, pause } from '@tandem/platform';
import { timings } from '@tandem/protocol';
import { JetStreamManager, NatsConnection, StoredMsg } from 'nats';
import { LeaderReader } from './leader-reader';
import { HostVerdict, JudgeLimits, JudgeState, SessionSighting, judgePoll, verdictAt } from './session-judge';
import { SESSION_STREAM, sessionSubject } from './store-streams';

/** One question a host each 100 ms: 2.9 has no cheaper read by the leader that tells revisions. */
const POLL_MS = 100;
/** How often hosts that were not there before are looked for, ms. */
const DISCOVER_MS = 1000;

const LIMITS: JudgeLimits = { suspectMs: timings.suspect, gapMs: 2 * POLL_MS, staleMs: POLL_MS + timings.casTimeout };

export type HostVerdicts = ReadonlyMap<HostId, HostVerdict>;

/** Watches every host session through the stream's leader and tells, after each poll, what it makes of each host. */
export class SessionObserver {
  private state: JudgeState = new Map();
  private hosts = new Set<HostId>();
  private discoveredAtMs = -Infinity;
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly nc: NatsConnection,
    private readonly onVerdicts: (verdicts: HostVerdicts) => void = () => undefined,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** The verdict as it stands at this moment: while the store does not answer it is unknown. */
  verdict(hostId: HostId): HostVerdict {
    return verdictAt(this.state, hostId, monotonicMs(), LIMITS);
  }

  verdicts(): HostVerdicts {
    return new Map([...this.hosts].map((hostId) => [hostId, this.verdict(hostId)]));
  }

  private async run(): Promise<void> {
    const jsm = await this.nc.jetstreamManager({ timeout: timings.casTimeout, checkAPI: false });
    const reader = new LeaderReader(jsm, SESSION_STREAM);
    while (!this.stopped.signal.aborted && !this.nc.isClosed()) {
      await Promise.all([this.discover(jsm), this.poll(reader)]);
      this.onVerdicts(this.verdicts());
      await pause(POLL_MS, this.stopped.signal);
    }
  }

  private async poll(reader: LeaderReader): Promise<void> {
    const sentAtMs = monotonicMs();
    const asked = [...this.hosts].map(async (hostId) => [hostId, await sight(reader, hostId)] as const);
    const sightings = new Map(await Promise.all(asked));
    this.state = judgePoll(this.state, { sentAtMs, answeredAtMs: monotonicMs(), sightings }, LIMITS);
  }

  /** A host once found is asked for ever: an absent session of a known host is a finding, not the host's end. */
  private async discover(jsm: JetStreamManager): Promise<void> {
    if (monotonicMs() - this.discoveredAtMs < DISCOVER_MS) return;
    this.discoveredAtMs = monotonicMs();
    const found = await jsm.streams
      .info(SESSION_STREAM, { subjects_filter: sessionSubject('>') })
      .then((info) => Object.keys(info.state.subjects ?? {}))
      .catch(() => [] as string[]);
    for (const subject of found) this.hosts.add(subject.slice(sessionSubject('').length));
  }
}

async function sight(reader: LeaderReader, hostId: HostId): Promise<SessionSighting> {
  try {
    const message = await reader.last(sessionSubject(hostId));
    return message ? sighting(message) : { kind: 'absent' };
  } catch {
    return { kind: 'failed' };
  }
}

function sighting(message: StoredMsg): SessionSighting {
  const parsed = hostSession.safeParse(message.json());
  if (!parsed.success) throw new Permanent('host-session-unreadable', `${message.subject} is not a host session`);
  return { kind: 'session', revision: message.seq, session: parsed.data };
}
