import { RequestSeed } from './request-seed';

describe('RequestSeed', () => {
  it('gives the same ids and secrets again, and others for another request', () => {
    const seed = RequestSeed.random();
    const again = RequestSeed.of(seed.text());
    const drawn = (of: RequestSeed) => [of.operationId(), of.password().reveal(), of.token().reveal(), of.word('x', 8)];
    expect(drawn(again)).toEqual(drawn(seed));
    expect(new Set([...drawn(seed), ...drawn(RequestSeed.random())]).size).toBe(8);
  });

  it('makes a password that stands in a connection string as it is, and is redacted wherever it is printed', () => {
    const password = RequestSeed.random().password();
    expect(encodeURIComponent(password.reveal())).toBe(password.reveal());
    expect([password.reveal().length, String(password)]).toEqual([32, '[redacted]']);
  });

  it('makes words of letters and digits', () => {
    expect(RequestSeed.random().word('token-id', 8)).toMatch(/^[a-z0-9]{8}$/);
  });
});
