import { localProvider, providerSuite } from '.';

// The other form, containers, is held to the same suite in test/fresh, where an engine is started if there is none.
describe('servers as local processes', () => providerSuite(localProvider, { postgres: 21330, nats: 21331 }));
