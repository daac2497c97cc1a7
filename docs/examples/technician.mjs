// A technician's client: takes signed offers and accepts them. Run: SECRET=whsec_… node docs/examples/technician.mjs

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

if (!process.env.SECRET?.startsWith("whsec_")) {
  console.error("set SECRET to your endpoint's secret (whsec_…)");
  process.exit(1);
}
const key = Buffer.from(process.env.SECRET.replace(/^whsec_/, ""), "base64");

function genuine(headers, body) {
  const at = headers["webhook-timestamp"];
  const good = createHmac("sha256", key).update(`${headers["webhook-id"]}.${at}.`).update(body).digest();
  const given = (headers["webhook-signature"] ?? "").split(" ").map((each) => Buffer.from(each.replace(/^v1,/, ""), "base64"));
  const signed = given.some((each) => each.length === good.length && timingSafeEqual(each, good));
  return signed && Math.abs(Date.now() / 1000 - Number(at)) < 300;
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!genuine(request.headers, body)) return response.writeHead(401).end("{}");
  const { type, data } = JSON.parse(body);
  response.end(JSON.stringify(type === "job.offered" ? { decision: "accept" } : {}));
  console.log(type, data); // a job_token comes with job.accepted
}).listen(Number(process.env.PORT ?? 9000), "127.0.0.1");
