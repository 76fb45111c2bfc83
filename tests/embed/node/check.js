// For the tests: `check.js layout` prints what the binding declares, `check.js soak N` loads, translates and frees N times.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const koffi = require('koffi');
const errnorm = require('./errnorm.js');

const texts = {
	'acme.json': '{"errnorm":1,"provider":"acme","facts":{"message":["error.message"]},"rules":['
		+ '{"id":"full","when":{"message":"no room"},"then":"queue_full"}]}',
	'any.json': '{"errnorm":1,"shared":"any","rank":90,"rules":[{"id":"any","when":{},"then":"provider_error"}]}',
};

function layout() {
	for (const struct of Object.values(errnorm.structs)) {
		console.log('size', struct.name, koffi.sizeof(struct));
		for (const [name, member] of Object.entries(struct.members)) console.log('field', `${struct.name}.${name}`, member.offset);
	}
	for (const [name, value] of Object.entries(errnorm.constants)) console.log('const', name, value);
}

const resident = () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]);

// The timer lets node's own collections come to rest between the rounds.
async function soak(rounds) {
	let settled = 0;
	for (let i = 0; i < rounds; i++) {
		const tables = new errnorm.Tables({ builtin: false, texts });
		const translator = tables.translator();
		const verdict = translator.translate({ provider: 'acme', status: 503, body: '{"error":{"message":"no room"}}' });
		assert.strictEqual(verdict.code, 'queue_full');
		assert.throws(() => new errnorm.Tables({ builtin: false, texts: { 'bad.json': '{' } }), errnorm.TableError);
		translator.close();
		tables.close();
		if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
		if (i % 1000 === 0) global.gc?.();
		if (i === Math.floor(rounds / 4)) {
			global.gc?.();
			settled = resident();
		}
	}
	global.gc?.();
	console.log('grown_kib', resident() - settled);
}

if (process.argv[2] === 'layout') layout();
else soak(Number(process.argv[3]));
