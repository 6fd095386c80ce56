import { Permanent, Transient } from '@tandem/platform';
import { JetStreamManager, StreamConfig, StreamInfo } from 'nats';
import { isStreamNotFound, unreachable } from './nats-failure';
import { streamFaults } from './store-streams';

/** `creator` makes what is missing (control plane); `user` may only look (agents). */
export type StoreRole = 'creator' | 'user';

async function info(jsm: JetStreamManager, name: string): Promise<StreamInfo | null> {
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (isStreamNotFound(error)) return null;
    throw unreachable(`information on stream ${name}`, error);
  }
}

async function create(jsm: JetStreamManager, wanted: Partial<StreamConfig>): Promise<StreamInfo> {
  try {
    return await jsm.streams.add(wanted);
  } catch (error) {
    const raced = await info(jsm, wanted.name as string);
    if (raced) return raced;
    throw unreachable(`creation of stream ${wanted.name}`, error);
  }
}

/**
 * Finds or makes a stream and checks it, also when it was just made: a server may ignore settings silently.
 * Throws Permanent for a stream that breaks R11 or R12; it is never changed here, because only people know why it is so.
 */
export async function ensureFitStream(
  jsm: JetStreamManager,
  wanted: Partial<StreamConfig>,
  role: StoreRole,
): Promise<StreamInfo> {
  const existing = await info(jsm, wanted.name as string);
  if (!existing && role === 'user')
    throw new Transient('topology-stream-missing', `stream ${wanted.name} does not exist yet`);
  const found = existing ?? (await create(jsm, wanted));
  const faults = streamFaults(found.config, wanted);
  if (faults.length > 0)
    throw new Permanent('topology-stream-unfit', `stream ${wanted.name} is unfit: ${faults.join('; ')}`, {
      params: { stream: wanted.name, faults },
    });
  return found;
}
