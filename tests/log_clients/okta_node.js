// npm `@okta/okta-sdk-nodejs`: ADDRESS TOKEN STOP. Prints the uuid of each event; ends when it is dry and STOP is there.

const { existsSync } = require("node:fs");
const okta = require("@okta/okta-sdk-nodejs");

const [address, token, stop] = process.argv.slice(2);
const client = new okta.Client({ orgUrl: address, token, testing: { disableHttpsCheck: true } });

async function main() {
  const events = await client.systemLogApi.listLogEvents({ since: "2018-01-01T00:00:00.000Z", limit: 200 });
  for (;;) {
    const isLast = existsSync(stop);
    const { value } = await events.next();
    if (value) {
      console.log(value.uuid);
    } else if (isLast) {
      return;
    } else {
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
