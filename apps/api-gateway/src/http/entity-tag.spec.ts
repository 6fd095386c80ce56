import { basedOn, entityTag } from './entity-tag';

describe('If-Match', () => {
  it('names the revision of the tag that was given', () => {
    expect(basedOn(entityTag(7))).toEqual({ revision: 7 });
  });

  it('names none with *, which fits any', () => {
    expect(basedOn(' * ')).toEqual({});
  });

  it.each(['W/"r7"', '"x"', '""'])('never fits with %s: compared strongly, it was never given', (tag) => {
    expect(basedOn(tag)).toEqual({ revision: -1 });
  });

  it.each(['r7', '"r7", "r8"', '"r7', ''])('is not valid as %j', (tag) => {
    expect(() => basedOn(tag)).toThrow('Not valid: If-Match.');
  });
});
