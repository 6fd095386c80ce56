import { DynamicModule, Module } from '@nestjs/common';
import { OrchestratorConfig } from './failover-orchestrator.config';
import { CONFIG, Orchestrator } from './orchestrator.service';

@Module({})
export class FailoverOrchestratorModule {
  static with(config: OrchestratorConfig): DynamicModule {
    return {
      module: FailoverOrchestratorModule,
      providers: [{ provide: CONFIG, useValue: config }, Orchestrator],
    };
  }
}
