import { Failure } from '@tandem/platform';
import { composeControlDatabase } from './compose-control-database';
import { composeInit } from './compose-init';
import { readSettings } from './settings';

/** What docker-compose.yml starts of the launcher: `init`, once before all else, and `control-database`. */
async function main(verb: string | undefined): Promise<number> {
  try {
    const settings = readSettings();
    if (verb === 'control-database') return await composeControlDatabase(settings);
    if (verb !== 'init') throw new Error('Say what to do: init or control-database.');
    await composeInit(settings, process.env['TANDEM_HOST_ADDRESSES'] ?? '');
    return 0;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    return 1;
  }
}

void main(process.argv[2]).then((code) => process.exit(code));
