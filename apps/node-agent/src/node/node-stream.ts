import { monotonicMs } from '@tandem/platform';
import { Source, StreamSource } from '@tandem/postgres';
import { endsOn } from '@tandem/protocol';
import { EffectParts, recordOf } from './effect-parts';
import { receiverName, slotName } from './node-memory';

const RECEIVER_GONE_MS = 500;

/** Whom a standby follows: cut, attached again, or attached to another primary (R4, R9). */
export class NodeStream {
  constructor(private readonly parts: EffectParts) {}

  /** R4 (c), (e): cuts the standby's stream and returns the final LSN. */
  async cut(validMs: number): Promise<string> {
    const { memory, pg } = this.parts;
    const { finalLsn } = await pg.cutStream(RECEIVER_GONE_MS);
    memory.cut = { untilMs: monotonicMs() + validMs };
    return finalLsn;
  }

  async reattach(): Promise<void> {
    const { memory, pg } = this.parts;
    await pg.attachStream(this.streamSource);
    memory.cut = null;
  }

  /** Another primary has opened its epoch, and this history is a part of its own (R9). */
  async follow(): Promise<void> {
    const { memory, pg } = this.parts;
    await pg.attachStream(this.streamSource);
    memory.cut = null;
    const { epoch, primary } = recordOf(this.parts);
    await memory.file.save({ following: { epoch, primary } });
  }

  /** R9: the source's history is this node's own as soon as it streams on its branch. */
  async noteBranch(): Promise<void> {
    const { memory, peer } = this.parts;
    const lineage = peer?.report?.lineage;
    if (lineage && endsOn(lineage, recordOf(this.parts).branch)) await memory.file.save({ lineage });
  }

  /** Makes a node that is about to start as a standby follow whom it may follow, or nobody. */
  async prepareStandby(): Promise<void> {
    const { memory, pg } = this.parts;
    const { following } = memory.file.state;
    const { epoch, primary } = recordOf(this.parts);
    const same = following?.epoch === epoch && following.primary === primary;
    if (memory.cut === null && same) await pg.attachStream(this.streamSource);
    else await pg.forgetSource();
  }

  /** The raw port of the record's primary. */
  get source(): Source {
    const { address, port } = this.parts.memory.assignment.members[recordOf(this.parts).primary];
    return { host: address, port };
  }

  private get streamSource(): StreamSource {
    const { memory } = this.parts;
    const { incarnation } = memory.file.state;
    if (!incarnation) throw new Error('a standby without an incarnation follows nobody');
    return {
      ...this.source,
      applicationName: receiverName(memory.nodeId, incarnation),
      slotName: slotName(memory.nodeId),
    };
  }
}
