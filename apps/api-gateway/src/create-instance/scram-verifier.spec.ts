import { Secret } from '@tandem/platform';
import { scramVerifier } from './scram-verifier';

describe('scramVerifier', () => {
  it('agrees with the example of RFC 7677', () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    expect(scramVerifier(new Secret('pencil'), salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$' +
        'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it('salts each time anew, so that equal passwords do not show', () => {
    expect(scramVerifier(new Secret('same'))).not.toBe(scramVerifier(new Secret('same')));
  });
});
