import { DynamicModule, Module } from '@nestjs/common';
import { AgentConfig } from './agent.config';
import { Agent, CONFIG } from './agent.service';

@Module({})
export class AgentModule {
  static with(config: AgentConfig): DynamicModule {
    return { module: AgentModule, providers: [{ provide: CONFIG, useValue: config }, Agent] };
  }
}
