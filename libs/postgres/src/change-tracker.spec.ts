import { ChangeTracker } from './change-tracker';

describe('the age of a value', () => {
  let now = 0;
  const at = (ms: number, tracker: ChangeTracker, values: Record<string, string>) => {
    now = ms;
    return tracker.round(values);
  };
  const tracker = () => new ChangeTracker(() => now, 1_000);

  it('grows while the value stays and starts anew when it changes', () => {
    const t = tracker();
    expect(at(0, t, { a: 'x' })).toEqual({ a: { ageMs: 0, changed: false } });
    expect(at(400, t, { a: 'x' })).toEqual({ a: { ageMs: 400, changed: false } });
    expect(at(500, t, { a: 'y' })).toEqual({ a: { ageMs: 0, changed: true } });
    expect(at(900, t, { a: 'y' })).toEqual({ a: { ageMs: 400, changed: true } });
  });

  it('starts anew after a gap in the observations: the freeze of the observer is nobody else’s silence', () => {
    const t = tracker();
    at(0, t, { a: 'x' });
    at(900, t, { a: 'x' });
    expect(at(30_000, t, { a: 'x' })).toEqual({ a: { ageMs: 0, changed: false } });
  });

  it('forgets what is gone: a new walsender of the same pid is not an old one', () => {
    const t = tracker();
    at(0, t, { a: 'x' });
    at(100, t, {});
    expect(at(200, t, { a: 'x' })).toEqual({ a: { ageMs: 0, changed: false } });
  });
});
