import { decided, Decided, refused } from './refusal';

/** Both ends belong to the range. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface PortRanges {
  /** Two neighbouring ports an instance: session, then pooled. */
  readonly endpoint: PortRange;
  /** One port an instance, the same on both hosts, as their addresses differ. */
  readonly raw: PortRange;
}

export interface InstancePorts {
  readonly sessionPort: number;
  readonly pooledPort: number;
  readonly rawPort: number;
}

/** The ranges that belong to a port base: base+100..399 for endpoints, base+400..699 for PostgreSQL. */
export function portRanges(portBase: number): PortRanges {
  return {
    endpoint: { from: portBase + 100, to: portBase + 399 },
    raw: { from: portBase + 400, to: portBase + 699 },
  };
}

/** The lowest ports that no instance has; `used` holds every port that is given out. */
export function nextPorts(ranges: PortRanges, used: ReadonlySet<number>): Decided<InstancePorts> {
  const sessionPort = lowest(ranges.endpoint, 2, used);
  const rawPort = lowest(ranges.raw, 1, used);
  if (sessionPort === undefined) return exhausted('endpoint', ranges.endpoint);
  if (rawPort === undefined) return exhausted('PostgreSQL', ranges.raw);
  return decided({ sessionPort, pooledPort: sessionPort + 1, rawPort });
}

function lowest(range: PortRange, width: number, used: ReadonlySet<number>): number | undefined {
  for (let port = range.from; port + width - 1 <= range.to; port += width) {
    if (Array.from({ length: width }, (_, i) => port + i).every((each) => !used.has(each))) return port;
  }
  return undefined;
}

function exhausted(what: string, range: PortRange): Decided<never> {
  return refused('ports-exhausted', `All ${what} ports from ${range.from} to ${range.to} are given out.`);
}
