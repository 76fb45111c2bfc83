// What errnorm does, in twenty lines of JavaScript: node example.js
'use strict';
const errnorm = require('./errnorm.js');
const ACME = '{"errnorm":1,"provider":"acme","inherit":["openai_compatible"],"rules":[{"id":"acme-no-room",'
	+ '"when":{"status":503,"message":"no room in the inn"},"then":"provider_overloaded"}]}';

const translator = new errnorm.Tables().translator();
let verdict = translator.translate({
	provider: 'anthropic', status: 529, headers: { 'retry-after': '20' },
	body: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
});
const again = verdict.retryable ? 'try again' : 'do not try again';
console.log(`${verdict.code}: answer ${verdict.http_status}, ${again} after ${verdict.retry_after_ms} ms, `
	+ `fail over to another ${verdict.failover}`);
const answer = translator.render('openai');
console.log(`${answer.status} ${answer.headers['content-type']}, retry-after ${answer.headers['retry-after']}`);
console.log(answer.body);

const custom = new errnorm.Tables({ texts: { 'acme.json': ACME } });
verdict = custom.translator().translate({ provider: 'acme', status: 503, body: '{"error":{"message":"no room in the inn"}}' });
console.log(`${verdict.rule}: ${verdict.code}`);

try {
	new errnorm.Tables({ texts: { 'acme.json': ACME.replace('message', 'mesage') } });
} catch (error) {
	console.log(error.diagnostics.join('\n'));
}
