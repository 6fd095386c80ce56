import { isDeepStrictEqual } from 'node:util';
import { type NatsConnection, NatsError, type StreamConfig, type StreamInfo } from 'nats';
import { Permanent } from '@tandem/platform';
import { busError } from './bus-error';

const streamNotFound = 10059;

export type StreamSettings = Partial<StreamConfig> & { readonly name: string };

/**
 * Creates the stream, or verifies that the existing one has exactly the settings given. An unfit one is refused
 * (Permanent `stream-unfit`, naming the settings) and never changed: a stream may hold the truth of others.
 */
export async function ensureStream(
  bus: { readonly nc: NatsConnection },
  settings: StreamSettings,
): Promise<StreamInfo> {
  const manager = await bus.nc.jetstreamManager({ checkAPI: false });
  const info = await manager.streams
    .info(settings.name)
    .catch((error: unknown) => {
      if (error instanceof NatsError && error.api_error?.err_code === streamNotFound)
        return manager.streams.add(settings);
      throw error;
    })
    .catch((cause: unknown) => {
      throw busError(cause, `stream ${settings.name}`);
    });
  const unfit = Object.entries(settings).filter(([key, wanted]) => {
    const actual = info.config[key as keyof StreamConfig];
    // The server leaves out what is 0, false or empty.
    return !isDeepStrictEqual(actual || false, wanted || false);
  });
  if (unfit.length > 0) {
    const names = unfit.map(([key]) => key).join(', ');
    throw new Permanent('stream-unfit', `stream ${settings.name} exists with other settings: ${names}`);
  }
  return info;
}
