import type { Logger } from '@tandem/platform';
import type { Backends } from './backends/connect-backends';
import type { InstanceManagerConfig } from './instance-manager.config';
import type { AtBoundary } from './run-lifecycle/step-recorder';

/** What the module is built from. */
export class ModuleParts {
  constructor(
    readonly config: InstanceManagerConfig,
    readonly backends: Backends,
    readonly logger: Logger,
    readonly atBoundary: AtBoundary | undefined,
  ) {}
}
