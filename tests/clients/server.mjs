// server.mjs - a gateway that has only errors: what errnorm renders, for each code and dialect, under /DIALECT/CODE/... (an answer) and
// /DIALECT/CODE/stream/... (a stream that has begun and then breaks). Counts the requests that each path gets, and when they came.
import { execFile } from "node:child_process";
import http from "node:http";
import os from "node:os";
import { promisify } from "node:util";

const exec = promisify(execFile);

export const REQUEST_ID = "req_client_1";
export const PARAM = "messages.0.content";
export const MESSAGE = "Thus spoke the gateway.";
/** Longer than the first wait that an SDK chooses by itself (OpenAI, Anthropic: 0.5 s), shorter than that of the AI SDK (2 s). */
export const WAIT_MS = 900;

/** What a begun stream of each dialect looks like before the error. */
const BEGINNINGS = {
  openai: 'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"So"},"finish_reason":null}]}\n\n',
  openai_responses:
    'event: response.created\ndata: {"type":"response.created","sequence_number":0,"response":{"id":"r1","object":"response","created_at":1,"status":"in_progress","model":"m","output":[]}}\n\n',
  anthropic:
    'event: message_start\ndata: {"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
  gemini: 'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"So"}]},"index":0}]}\n\n',
};

async function errnorm(binary, ...args) {
  return (await exec(binary, args, { maxBuffer: 1 << 24 })).stdout;
}

function parse(raw) {
  const [head, body] = raw.split("\r\n\r\n");
  const [status, ...headers] = head.split("\r\n");
  return {
    status: Number(status.split(" ")[1]),
    headers: Object.fromEntries(headers.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)])),
    body: body.replace(/\n$/, ""),
  };
}

/** codes: what the vocabulary says; rows: what each dialect says; answers, frames: what errnorm renders. */
export async function render(binary, dialects) {
  const codes = JSON.parse(await errnorm(binary, "codes", "--json"));
  const rows = {};
  const answers = {};
  const frames = {};
  const work = [];
  for (const dialect of dialects) {
    rows[dialect] = {};
    for (const row of JSON.parse(await errnorm(binary, "codes", "--dialect", dialect, "--json")))
      if (row.origin === "any" || row.origin === "gateway") rows[dialect][row.canonical] = row;
    for (const { canonical } of codes) {
      const args = ["raise", canonical, "--dialect", dialect, "--param", PARAM, "--message", MESSAGE, "--request-id", REQUEST_ID];
      work.push(async () => {
        answers[`${dialect}/${canonical}`] = parse(await errnorm(binary, ...args, "--retry-after-ms", String(WAIT_MS)));
        if (BEGINNINGS[dialect]) frames[`${dialect}/${canonical}`] = await errnorm(binary, ...args, "--stream");
      });
    }
  }
  const run = async () => {
    while (work.length) await work.pop()();
  };
  await Promise.all(Array.from({ length: os.cpus().length }, run));
  return { codes, rows, answers, frames };
}

export function serve({ answers, frames }) {
  const seen = new Map();
  const server = http.createServer((request, response) => {
    const [, tag, dialect, code, stream] = request.url.split("/");
    const key = `${dialect}/${code}`;
    request.resume();
    seen.set(`${tag}/${key}`, [...(seen.get(`${tag}/${key}`) ?? []), performance.now()]);
    if (stream === "stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(BEGINNINGS[dialect]);
      setTimeout(() => response.end(frames[key]), 5);
      return;
    }
    const answer = answers[key];
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        times: (tag, dialect, code) => seen.get(`${tag}/${dialect}/${code}`) ?? [],
        close: () => server.close(),
      }),
    );
  });
}
