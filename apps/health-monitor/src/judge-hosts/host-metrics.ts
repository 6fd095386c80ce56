import { metrics } from '@tandem/contracts';
import { MetricBook } from '@tandem/platform';
import { HostVerdicts } from '@tandem/topology';

/** What the facts about hosts rest on, as of each scrape. */
export function hostMetrics(verdicts: () => HostVerdicts): MetricBook {
  const book = new MetricBook('health-monitor');
  book.collect(() => {
    for (const [host_id, { silent, silentMs }] of verdicts()) {
      book.set(metrics.hostSilence, { host_id }, silentMs / 1_000);
      for (const fact of ['yes', 'no', 'unknown'])
        book.set(metrics.hostSilent, { host_id, fact }, fact === silent ? 1 : 0);
    }
  });
  return book;
}
