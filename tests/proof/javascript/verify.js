// Verifies posts as they came: `node verify.js SAMPLES`; prints how many.
const { readFileSync } = require("fs"), { Webhook } = require("standardwebhooks");
const samples = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { secret, headers, body } of samples) new Webhook(secret).verify(body, headers);
console.log(samples.length);
