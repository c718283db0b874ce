// zen-engine behind Node's own HTTP server: node zen_server.js PORT DECISION.json
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { ZenEngine } from "@gorules/zen-engine";

const [port, decision] = process.argv.slice(2);
const law = new ZenEngine().createDecision(JSON.parse(readFileSync(decision, "utf8")));

createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", async () => {
    const { result } = await law.evaluate(JSON.parse(Buffer.concat(pieces)));
    const body = JSON.stringify(result);
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(port), "127.0.0.1");
