import { Controller, Get, Header } from '@nestjs/common';
import { METRICS_TYPE, MetricBook } from '@tandem/platform';

/** For Prometheus, on the port that a supervisor looks at: like /healthz it asks for no token and tells no data. */
@Controller('metrics')
export class MetricsController {
  constructor(private readonly book: MetricBook) {}

  @Get()
  @Header('content-type', METRICS_TYPE)
  scrape(): Promise<string> {
    return this.book.render();
  }
}
