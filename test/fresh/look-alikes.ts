import { spawnSync } from 'node:child_process';

const DATA = '/var/lib/postgresql/data';

/** What the official images do, as far as the provider needs it, on the image that Compose has just built. */
const images = {
  TANDEM_TEST_POSTGRES_IMAGE: [
    'FROM tandem-test',
    'ENV PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin',
    `CMD [ -s ${DATA}/PG_VERSION ] || (initdb -D ${DATA} -A trust && echo 'host all all all trust' >> ${DATA}/pg_hba.conf) ; ` +
      `exec postgres -D ${DATA} -c listen_addresses='*'`,
  ],
  TANDEM_TEST_NATS_IMAGE: ['FROM tandem-test', 'ENTRYPOINT ["nats-server"]'],
};

/**
 * Builds images for the container form of the provider where none can be pulled.
 * @returns the environment that names them
 */
export function buildLookAlikes(engineEnv: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const named: NodeJS.ProcessEnv = {};
  for (const [variable, lines] of Object.entries(images)) {
    const name = `tandem-test-${variable.toLowerCase().split('_')[2]}`;
    const options = {
      env: { ...engineEnv, DOCKER_BUILDKIT: '0' },
      input: `${lines.join('\n')}\n`,
      encoding: 'utf8',
    } as const;
    const { status, stderr } = spawnSync('docker', ['build', '-t', name, '-'], options);
    if (status !== 0) throw new Error(`${name} cannot be built: ${stderr}`);
    named[variable] = name;
  }
  return named;
}
