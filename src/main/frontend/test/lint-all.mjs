// Checks playbooks with the browser's rules: node lint-all.mjs BOOK.json FILE... prints {file: findings} as JSON.
import { readFileSync } from 'node:fs';
import { lint } from '../src/lint/index.js';

const [ book, ...files ] = process.argv.slice(2);
const rules = JSON.parse(readFileSync(book, 'utf8'));
const found = Object.fromEntries(files.map(file => [ file, lint(readFileSync(file, 'utf8'), rules) ]));
process.stdout.write(JSON.stringify(found));
