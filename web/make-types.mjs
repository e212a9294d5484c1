// The types of the events socket's messages for the pages, from the schema that the server makes of its
// own tables: `node make-types.mjs < schema.json > src/wire/meeting-types.ts`. tests/system/events_test.mjs
// finds a file that is not what the server says today.
import { readFileSync } from 'node:fs';

const { $defs: defs } = JSON.parse(readFileSync(0, 'utf8'));

const property = (name) => (/^[a-z_]\w*$/i.test(name) ? name : `'${name}'`);

function inline(shape, indent) {
  if (shape.$ref) return inline(defs[shape.$ref.replace('#/$defs/', '')], indent);
  if (shape.enum) return shape.enum.map((value) => `'${value}'`).join(' | ');
  if (shape.type === 'object') return object(shape, indent);
  if (shape.type === 'array') {
    const of = inline(shape.items, indent);
    return /^\w+$/.test(of) ? `${of}[]` : `Array<${of}>`;
  }
  return { integer: 'number', string: 'string', boolean: 'boolean' }[shape.type];
}

const LINE = 120;

function object({ properties = {}, required = [] }, indent) {
  const names = Object.keys(properties);
  if (names.length === 0) return 'Record<never, never>';
  const members = names.map((name) => {
    const mark = required.includes(name) ? '' : '?';
    return `${property(name)}${mark}: ${inline(properties[name], `${indent}  `)}`;
  });
  const line = `{ ${members.join('; ')} }`;
  if (!line.includes('\n') && line.length <= LINE) return line;
  return `{\n${members.map((member) => `${indent}  ${member};\n`).join('')}${indent}}`;
}

function group(title, prefix, note) {
  const lines = Object.keys(defs)
    .filter((name) => name.startsWith(prefix))
    .map((name) => `  ${property(name.slice(prefix.length))}: ${inline(defs[name], '  ')};`);
  return `/** ${note} */\nexport interface ${title} {\n${lines.join('\n')}\n}\n`;
}

const singles = ['sitting', 'body', 'broadcast', 'decisions']
  .map((name) => `  ${name}: ${inline(defs[name], '  ')};`)
  .join('\n');

process.stdout.write(`/** Made by make-types.mjs from the server's schema: not to be edited. Pure. */

/** What there is one of. */
export interface Singles {
${singles}
}

${group('Things', 'thing.', "What there is many of, by the name of its list. `seq` is the event that made it.")}
${group('CommandArgs', 'args.', 'What each command takes.')}
export type You = ${inline(defs.you, '')};
`);
