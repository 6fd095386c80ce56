// Reads [{ place, code }] and prints what ESLint reports for each piece of code, as if it lay in a file at that place; then
// the rules that hold for pure code. A program of its own: the configuration is a module, which Jest cannot load.
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { ESLint } from 'eslint';

const eslint = new ESLint();
const file = (place) => join(place, 'a-file-that-is-not-there.ts');
const reports = [];
for (const { place, code } of JSON.parse(await text(process.stdin))) {
  const [{ messages }] = await eslint.lintText(code, { filePath: file(place), warnIgnored: true });
  reports.push(messages.map(({ ruleId, message }) => ({ rule: ruleId, message })));
}
const { rules } = await eslint.calculateConfigForFile(file('libs/lifecycle/src'));
console.log(JSON.stringify({ reports, rules }));
