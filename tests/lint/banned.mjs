// Functions that have no safe use, or a safer one beside them.
import { isC, lineOf, withoutWords } from './tree.mjs';

export const title = 'no banned function';

const instead = {
  strcat: 'snprintf or buf_add_str', strncat: 'snprintf or buf_add_str', sprintf: 'snprintf', vsprintf: 'vsnprintf',
  gets: 'fgets', atoi: 'strtol and a check', atol: 'strtol and a check', atoll: 'strtoll and a check',
  atof: 'strtod and a check', strtok: 'strchr or strtok_r', system: 'posix_spawn', popen: 'posix_spawn',
  alloca: 'malloc', tmpnam: 'mkstemp', mktemp: 'mkstemp', tempnam: 'mkstemp',
  asctime: 'strftime', ctime: 'strftime', localtime: 'localtime_r', gmtime: 'gmtime_r',
  vfork: 'posix_spawn',
};

export function check(files) {
  const problems = [];
  const call = new RegExp(`(?<![\\w.>])(${Object.keys(instead).join('|')})\\s*\\(`, 'g');
  for (const { path: name, text } of files.filter((f) => isC(f.path))) {
    for (const m of withoutWords(text).matchAll(call)) {
      problems.push(`${name}:${lineOf(text, m.index)}: ${m[1]}(): use ${instead[m[1]]}`);
    }
  }
  return problems;
}

export const bad = [
  { path: 'a.c', text: 'void f(char *s)\n{\n    strcat(s, "x");\n}\n' },
  { path: 'b.c', text: 'int g(const char *s)\n{\n    return atoi (s);\n}\n' },
  { path: 'c.c', text: 'int h(void)\n{\n    return system("ls");\n}\n' },
];
export const good = [
  { path: 'a.c', text: '/* no strcat() here */\nint f(void)\n{\n    x.system(1);\n    file_system(2);\n    puts("gets()");\n    snprintf(a, 1, "");\n}\n' },
];
