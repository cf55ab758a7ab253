// The expression language of playbooks; what this parser accepts is all there is.
const FUNCTIONS = { after: 1, now: 0 };
const MAX_LENGTH = 500;
const MAX_DEPTH = 20;
const WORDS = new Set('and or not empty eq ne lt gt le ge true false null'.split(' '));
const RESERVED = new Set('execution task externalTask caseExecution processEngine div mod instanceof'.split(' '));
const TOKEN = /\s*(?:([A-Za-z][A-Za-z0-9_]{0,63})|(\d{1,9})|('[^'\\\x00-\x1f\x7f]*'|"[^"\\\x00-\x1f\x7f]*")|(==|!=|<=|>=|&&|\|\||[<>!?:(),]))/y;

class Refusal extends Error {}

/** Whether the text holds anything that the engine would evaluate. */
export function present(text) {
  return text.includes('${') || text.includes('#{');
}

/** Why the text may not be used; undefined when it may. */
export function refusal(text) {
  try {
    variables(text);
    return undefined;
  }
  catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** The variables that a text refers to; a text may hold several expressions. */
export function variables(text) {
  if (text.length > MAX_LENGTH) throw new Refusal(`an expression has at most ${MAX_LENGTH} characters`);
  const found = new Set();
  let from = 0;
  while (present(text.slice(from))) {
    const start = nextStart(text, from);
    if (text[start] === '#') throw new Refusal('write ${...}, not #{...}');
    if (start > 0 && text[start - 1] === '\\') throw new Refusal('an expression cannot be escaped');
    const end = endOf(text, start);
    new Parser(text.slice(start + 2, end), found).parse();
    from = end + 1;
  }
  return found;
}

function nextStart(text, from) {
  const found = [ text.indexOf('${', from), text.indexOf('#{', from) ].filter(at => at >= 0);
  return Math.min(...found);
}

function endOf(text, start) {
  let quote = '';
  for (let index = start + 2; index < text.length; index++) {
    const character = text[index];
    if (quote) quote = character === quote ? '' : quote;
    else if (character === '\'' || character === '"') quote = character;
    else if (character === '}') return index;
  }
  throw new Refusal('an expression is not closed');
}

class Parser {
  constructor(source, found) {
    Object.assign(this, { source, found, tokens: [], position: 0, depth: 0 });
  }

  parse() {
    this.tokenize();
    this.choice();
    if (this.position < this.tokens.length) throw this.wrong(`'${this.peek()}' is not expected here`);
  }

  tokenize() {
    let at = 0;
    while (at < this.source.length && this.source.slice(at).trim()) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(this.source);
      if (!match) throw this.wrong(`'${this.source.slice(at).trim()}' is not part of the expression language`);
      this.tokens.push(match[0].trim());
      at = TOKEN.lastIndex;
    }
  }

  choice() {
    if (++this.depth > MAX_DEPTH) throw this.wrong(`it is nested more than ${MAX_DEPTH} levels deep`);
    this.either();
    if (this.take('?')) {
      this.choice();
      this.expect(':');
      this.choice();
    }
    this.depth--;
  }

  either() {
    do this.both(); while (this.take('||', 'or'));
  }

  both() {
    do this.comparison(); while (this.take('&&', 'and'));
  }

  comparison() {
    do this.value(); while (this.take('==', '!=', '<', '>', '<=', '>=', 'eq', 'ne', 'lt', 'gt', 'le', 'ge'));
  }

  value() {
    while (this.take('!', 'not', 'empty'));
    if (this.take('(')) {
      this.choice();
      this.expect(')');
      return;
    }
    const token = this.peek();
    if (!token) throw this.wrong('it ends too early');
    this.position++;
    if (!/^[A-Za-z]/.test(token)) {
      if ('<>=!&|?:(),'.includes(token[0])) throw this.wrong(`'${token}' is not expected here`);
      return;
    }
    if (this.take('(')) this.call(token);
    else if (![ 'true', 'false', 'null' ].includes(token)) this.name(token);
  }

  call(name) {
    const arity = FUNCTIONS[name];
    if (arity === undefined) throw this.wrong(`there is no function '${name}', but [${Object.keys(FUNCTIONS).join(', ')}]`);
    let given = 0;
    if (!this.take(')')) {
      do {
        this.choice();
        given++;
      } while (this.take(','));
      this.expect(')');
    }
    if (given !== arity) throw this.wrong(`function '${name}' takes ${arity} arguments, not ${given}`);
  }

  name(token) {
    if (RESERVED.has(token) || RESERVED.has(token.toLowerCase()) || WORDS.has(token)) throw this.wrong(`'${token}' is not a variable`);
    this.found.add(token);
  }

  peek() {
    return this.tokens[this.position] ?? '';
  }

  take(...any) {
    if (!any.includes(this.peek())) return false;
    this.position++;
    return true;
  }

  expect(token) {
    if (!this.take(token)) throw this.wrong(`'${token}' is missing`);
  }

  wrong(message) {
    return new Refusal(`\${${this.source}}: ${message}`);
  }
}
