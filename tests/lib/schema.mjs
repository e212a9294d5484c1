// The schema that the server hands out, as functions: what is wrong with a message, or nothing.
import Ajv2020 from 'ajv/dist/2020.js';

export function checker(schema) {
  const ajv = new Ajv2020.default({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  ajv.addSchema(schema, 'events');
  const check = (name) => {
    const validate = ajv.compile({ $ref: `events#/$defs/${name}` });
    return (message, { inPart = false } = {}) => {
      if (validate(message)) return '';
      const errors = validate.errors.filter((e) => !inPart || e.keyword !== 'required');
      return errors.length ? ajv.errorsText(errors) : '';
    };
  };
  // by its own type, so that what is wrong is said of that one alone
  const server = new Map();
  return {
    client: check('client'),
    server: (m, options) => {
      if (!server.has(m.type)) server.set(m.type, check(`server.${m.type}`));
      return server.get(m.type)(m, options);
    },
  };
}
