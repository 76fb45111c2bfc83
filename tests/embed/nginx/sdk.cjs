// OpenAI's own client against the gateway: what it raises. usage: sdk.cjs FOLDER_WITH_NODE_MODULES GATEWAY
const path = require('node:path');
const assert = require('node:assert');
const OpenAI = require(path.join(process.argv[2], 'node_modules', 'openai'));

const client = new OpenAI({ apiKey: 'unused', baseURL: `${process.argv[3]}/v1`, maxRetries: 0 });
const ask = (model, more) => client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hi' }], ...more });

const FAILURES = [
	['rate', OpenAI.RateLimitError, 429, 'rate_limit_exceeded'],
	['long-then-ok', OpenAI.BadRequestError, 400, 'context_length_exceeded'],
	['nobody-has-it', OpenAI.NotFoundError, 404, 'model_not_found'],
	['overloaded', OpenAI.InternalServerError, 503, 'server_is_overloaded'],
	['hangs', OpenAI.InternalServerError, 504],
	['cdn', OpenAI.InternalServerError, 503],
];

async function main() {
	for (const [model, kind, status, code] of FAILURES) {
		const error = await ask(model).then(() => assert.fail(`${model} did not fail`), (raised) => raised);
		assert(error instanceof kind, `${model}: ${error.constructor.name}`);
		assert.strictEqual(error.status, status, model);
		if (code) assert.strictEqual(error.code, code, model);
		console.log(`${model}: ${error.constructor.name}, ${error.message}`);
	}
	assert.strictEqual((await ask('everything')).choices[0].message.content, 'Hello');
	let text = '';
	const broken = async () => {
		for await (const chunk of await ask('stream-breaks', { stream: true })) text += chunk.choices[0]?.delta?.content ?? '';
	};
	const error = await broken().then(() => assert.fail('the broken stream ended well'), (raised) => raised);
	assert(error instanceof OpenAI.APIError, `stream-breaks: ${error.constructor.name}`);
	assert.strictEqual(text, 'Hel');
	console.log(`stream-breaks: ${error.constructor.name} after "${text}", ${error.message}`);
}

main().catch((error) => { console.error(error); process.exit(1); });
