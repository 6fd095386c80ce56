import { join } from 'node:path';
import { Branch, NodeId, TopologyRecord } from '@tandem/contracts';
import { durableWrite, ProcessIdentity, readIfPresent } from '@tandem/host';

/** What the agent must not forget about a node (R1): persisted, fsynced with its directory, before it acts on it. */
export interface NodeState {
  /** The newest version known and the sequence at which it stands. */
  readonly known: { readonly record: TopologyRecord; readonly seq: number } | null;
  /** R1: confirmed by an own CAS, with the start of the postmaster that it holds for. */
  readonly confirmed: { readonly epoch: number; readonly postmaster: ProcessIdentity } | null;
  /** The present life of the data directory; a new one after each clone or rewind. */
  readonly incarnation: string | null;
  /** R9: the branches that the data directory went through. */
  readonly lineage: readonly Branch[];
  /** Whom the standby is set up to follow. */
  readonly following: { readonly epoch: number; readonly primary: NodeId } | null;
}

const empty: NodeState = { known: null, confirmed: null, incarnation: null, lineage: [], following: null };

/** The state file of one node. */
export class NodeFile {
  private current: NodeState = empty;

  constructor(private readonly dir: string) {}

  get state(): NodeState {
    return this.current;
  }

  async load(): Promise<NodeState> {
    const text = await readIfPresent(this.path);
    this.current = text ? { ...empty, ...(JSON.parse(text) as NodeState) } : empty;
    return this.current;
  }

  /** Changes fields; returns once the disk has them. */
  async save(change: Partial<NodeState>): Promise<void> {
    const next = { ...this.current, ...change };
    await durableWrite(this.path, JSON.stringify(next));
    this.current = next;
  }

  private get path(): string {
    return join(this.dir, 'state.json');
  }
}
