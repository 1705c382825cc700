// Runs in Node.js, Deno and Bun: a task a line from standard input, a result a line to standard output.
import process from "node:process";
import { createInterface } from "node:readline";

// What is said aloud goes to the error output, so that results stay alone.
console.log = console.info = console.debug = console.error;

const { perform } = await import(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { id, task } = JSON.parse(line);
  perform(task).then((result) => process.stdout.write(`${JSON.stringify({ id, result })}\n`));
}
