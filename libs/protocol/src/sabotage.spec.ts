import { parseSabotage, sabotages } from './sabotage';

test.each(sabotages)('%s is understood', (name) => expect(parseSabotage(name)).toBe(name));

test.each([undefined, ''])('no word is no sabotage (%p)', (word) => expect(parseSabotage(word)).toBeUndefined());

test('a misspelt word is an error, so that a test cannot pass by breaking nothing', () => {
  expect(() => parseSabotage('promote-before-case')).toThrow('unknown sabotage promote-before-case');
});
