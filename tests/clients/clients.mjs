// clients.mjs - what each SDK makes of every code in its dialect: the class, the fields, the retries, the waits, and the frames of a
// stream. What is expected comes from the SDKs' documentation (CLASSES, below) and from `errnorm codes`; never from what they did.
import { readFileSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI, ApiError as GeminiError } from "@google/genai";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { APICallError, generateText, streamText } from "ai";
import OpenAI from "openai";
import { MESSAGE, PARAM, REQUEST_ID, WAIT_MS, render, serve } from "./server.mjs";

const GATEWAYS = ["openai", "orux", "orq", "ofox", "auriko"]; // read by the openai SDK
const DIALECTS = [...GATEWAYS, "openai_responses", "anthropic", "gemini"];

// https://github.com/openai/openai-node#handling-errors and https://github.com/anthropics/anthropic-sdk-typescript#handling-errors
const CLASSES = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  409: "ConflictError",
  422: "UnprocessableEntityError",
  429: "RateLimitError",
};
const classOf = (status) => CLASSES[status] ?? (status >= 500 ? "InternalServerError" : "APIError");

// Anthropic's SDK has a class of its own for more of the statuses that its API sends.
const ANTHROPIC_CLASSES = {
  402: "PaymentRequiredError",
  408: "RequestTimeoutError",
  413: "ContentTooLargeError",
  499: "ClientClosedRequestError",
  501: "NotImplementedError",
  503: "ServiceUnavailableError",
  504: "GatewayTimeoutError",
  529: "OverloadedError",
};

let passed = 0;
const failures = [];
function check(name, what, got, want) {
  if (got === want) passed++;
  else failures.push(`${name}: ${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

async function thrown(call) {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

function checkRetries(name, times, retryable) {
  check(name, "requests", times.length, retryable ? 2 : 1);
  if (times.length === 2) {
    const waited = times[1] - times[0];
    check(name, `waited ${Math.round(waited)} ms, about ${WAIT_MS}`, waited > WAIT_MS - 5 && waited < 2 * WAIT_MS, true);
  }
}

function checkStatusError(name, error, sdk, want, row) {
  check(name, `class ${want}`, Boolean(sdk[want]) && error?.constructor === sdk[want], true);
  check(name, "status", error?.status, row.http_status);
  check(name, "request id", error?.requestID, REQUEST_ID);
}

/** Run with a few at a time, so that the waits of one do not hold up the others, and none is starved. */
async function each(codes, test) {
  const work = [...codes];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (work.length) await test(work.shift());
    }),
  );
}

const chat = { model: "m", messages: [{ role: "user", content: "x" }] };

async function openai({ codes, rows }, server) {
  for (const dialect of GATEWAYS) {
    await each(codes, async ({ canonical }) => {
      const name = `openai SDK, ${dialect}, ${canonical}`;
      const row = rows[dialect][canonical];
      const client = new OpenAI({ apiKey: "k", baseURL: `${server.url}/openai/${dialect}/${canonical}`, maxRetries: 1 });
      const error = await thrown(() => client.chat.completions.create(chat));
      checkStatusError(name, error, OpenAI, classOf(row.http_status), row);
      check(name, "code", error?.code ?? null, row.code);
      checkRetries(name, server.times("openai", dialect, canonical), row.retryable);
      if (row.type) check(name, "type", error?.type, row.type);
      if (dialect === "openai") {
        check(name, "param", error?.param, PARAM);
        check(name, "message", error?.error?.message, MESSAGE);
      }
    });
  }
}

async function openaiStream({ codes, rows }, server) {
  await each(codes, async ({ canonical }) => {
    const name = `openai SDK, stream, ${canonical}`;
    const client = new OpenAI({ apiKey: "k", baseURL: `${server.url}/ostream/openai/${canonical}/stream`, maxRetries: 1 });
    let text = "";
    const error = await thrown(async () => {
      for await (const chunk of await client.chat.completions.create({ ...chat, stream: true })) text += chunk.choices[0].delta.content;
    });
    check(name, "what came before", text, "So");
    check(name, "class", error?.constructor, OpenAI.APIError);
    check(name, "code", error?.code, rows.openai[canonical].code);
    check(name, "type", error?.type, rows.openai[canonical].type);
    check(name, "param", error?.param, PARAM);
    check(name, "message", error?.error?.message, MESSAGE);
  });
}

// The Responses API's stream has typed events: the SDK hands the error on as the event that it is.
async function responsesStream({ codes, rows }, server) {
  await each(codes, async ({ canonical }) => {
    const name = `openai SDK, responses stream, ${canonical}`;
    const client = new OpenAI({ apiKey: "k", baseURL: `${server.url}/rstream/openai_responses/${canonical}/stream`, maxRetries: 1 });
    const events = [];
    for await (const event of await client.responses.create({ model: "m", input: "x", stream: true })) events.push(event);
    check(name, "events", events.map((event) => event.type).join(), "response.created,error");
    check(name, "code", events.at(-1).code, rows.openai_responses[canonical].code);
    check(name, "message", events.at(-1).message, MESSAGE);
    check(name, "param", events.at(-1).param, PARAM);
  });
}

async function anthropic({ codes, rows }, server) {
  const ask = { model: "m", max_tokens: 9, messages: chat.messages };
  await each(codes, async ({ canonical }) => {
    const name = `anthropic SDK, ${canonical}`;
    const row = rows.anthropic[canonical];
    const client = new Anthropic({ apiKey: "k", baseURL: `${server.url}/anthropic/anthropic/${canonical}`, maxRetries: 1 });
    const error = await thrown(() => client.messages.create(ask));
    checkStatusError(name, error, Anthropic, ANTHROPIC_CLASSES[row.http_status] ?? classOf(row.http_status), row);
    check(name, "type", error?.type, row.type);
    check(name, "message", error?.error?.error?.message, MESSAGE);
    checkRetries(name, server.times("anthropic", "anthropic", canonical), row.retryable);
  });
  await each(codes, async ({ canonical }) => {
    const name = `anthropic SDK, stream, ${canonical}`;
    const client = new Anthropic({ apiKey: "k", baseURL: `${server.url}/astream/anthropic/${canonical}/stream`, maxRetries: 1 });
    const events = [];
    const error = await thrown(async () => {
      for await (const event of await client.messages.create({ ...ask, stream: true })) events.push(event.type);
    });
    check(name, "what came before", events.join(), "message_start");
    check(name, "an APIError", error instanceof Anthropic.APIError, true);
    check(name, "type", error?.type, rows.anthropic[canonical].type);
  });
}

// Its errors hold the status, and the body as the message. It retries only if told to, by status, and reads no header for it.
async function gemini({ codes, rows, answers }, server) {
  const ask = { model: "m", contents: "x" };
  const make = (path) => new GoogleGenAI({ apiKey: "k", httpOptions: { baseUrl: server.url + path, apiVersion: "v1" } });
  await each(codes, async ({ canonical }) => {
    const name = `genai SDK, ${canonical}`;
    const error = await thrown(() => make(`/gemini/gemini/${canonical}`).models.generateContent(ask));
    check(name, "class", error?.constructor, GeminiError);
    check(name, "status", error?.status, rows.gemini[canonical].http_status);
    check(name, "body", JSON.stringify(JSON.parse(error?.message)), answers[`gemini/${canonical}`].body);
    check(name, "requests", server.times("gemini", "gemini", canonical).length, 1);
  });
  await each(codes, async ({ canonical }) => {
    const name = `genai SDK, stream, ${canonical}`;
    let text = "";
    const error = await thrown(async () => {
      for await (const chunk of await make(`/gstream/gemini/${canonical}/stream`).models.generateContentStream(ask)) text += chunk.text;
    });
    check(name, "what came before", text, "So");
    check(name, "class", error?.constructor, GeminiError);
    check(name, "status", error?.status, rows.gemini[canonical].http_status);
  });
}

// The AI SDK decides by status alone (408, 409, 429, 5xx) and does not know x-should-retry; a stated wait it obeys.
globalThis.AI_SDK_LOG_WARNINGS = false; // "the model m is unknown"

const aiRetries = (status) => status === 408 || status === 409 || status === 429 || status >= 500;

async function ai({ codes, rows }, server) {
  const models = {
    openai: (url) => createOpenAI({ apiKey: "k", baseURL: url }).chat("m"),
    anthropic: (url) => createAnthropic({ apiKey: "k", baseURL: url })("m"),
  };
  for (const [dialect, model] of Object.entries(models)) {
    await each(codes, async ({ canonical }) => {
      const name = `AI SDK, ${dialect}, ${canonical}`;
      const status = rows[dialect][canonical].http_status;
      const thrownError = await thrown(() =>
        generateText({ model: model(`${server.url}/ai/${dialect}/${canonical}`), prompt: "x", maxRetries: 1 }),
      );
      const error = thrownError?.lastError ?? thrownError;
      check(name, "class", APICallError.isInstance(error), true);
      check(name, "status", error?.statusCode, status);
      check(name, "message", error?.message, MESSAGE);
      check(name, "isRetryable", error?.isRetryable, aiRetries(status));
      checkRetries(name, server.times("ai", dialect, canonical), aiRetries(status));
    });
    await each(codes, async ({ canonical }) => {
      const name = `AI SDK, ${dialect} stream, ${canonical}`;
      const errors = [];
      const result = streamText({
        model: model(`${server.url}/aistream/${dialect}/${canonical}/stream`),
        prompt: "x",
        maxRetries: 0,
        onError: ({ error }) => errors.push(error),
      });
      for await (const part of result.fullStream) void part;
      check(name, "errors", errors.length, 1);
      check(name, "message", JSON.stringify(errors[0]?.message ?? errors[0]).includes(MESSAGE), true);
    });
  }
}

async function main() {
  const rendered = await render(process.argv[2], DIALECTS);
  const server = await serve(rendered);
  const only = process.argv[3];
  for (const test of [openai, openaiStream, responsesStream, anthropic, gemini, ai]) {
    if (only && test.name !== only) continue;
    const before = passed + failures.length;
    const start = performance.now();
    await test(rendered, server);
    console.log(`${test.name}: ${passed + failures.length - before} checks in ${Math.round(performance.now() - start)} ms`);
  }
  server.close();
  const versions = Object.entries(JSON.parse(readFileSync("package.json", "utf8")).dependencies).map((pair) => pair.join(" "));
  console.log(versions.join(", "));
  for (const failure of failures.slice(0, 60)) console.log(failure);
  console.log(`${passed} checks passed, ${failures.length} failed`);
  process.exit(failures.length ? 1 : 0);
}

await main();
