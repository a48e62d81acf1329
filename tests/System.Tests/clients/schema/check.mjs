// check.mjs SCHEMA MANIFEST...: prints a line of JSON for each manifest: { file, valid }.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';

const [schema, ...files] = process.argv.slice(2);
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
for (const file of files) {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map(d => d.toJS());
  const valid = documents.length > 0 && documents.every(d => validate(d));
  console.log(JSON.stringify({ file, valid, errors: validate.errors?.slice(0, 3) ?? [] }));
}
