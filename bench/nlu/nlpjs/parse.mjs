// @nlpjs/basic with lang-zh, taught the examples of a JSON file ([[text, intent], …]), answers a JSON string a line on stdin
// with {"intent", "confidence"}. The first line that it prints is {"ready": seconds of learning}.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { LangZh } from "@nlpjs/lang-zh";
import { dockStart } from "@nlpjs/basic";

const examples = JSON.parse(readFileSync(process.argv[2], "utf8"));
const dock = await dockStart({
  settings: { nlp: { languages: ["zh"], forceNER: false, autoSave: false, nlu: { log: false } } },
  use: ["Basic"],
});
dock.getContainer().use(LangZh);
const nlp = dock.get("nlp");
nlp.addLanguage("zh");
for (const [text, intent] of examples) nlp.addDocument("zh", text, intent);
const began = performance.now();
await nlp.train();
console.log(JSON.stringify({ ready: (performance.now() - began) / 1000 }));
for await (const line of createInterface({ input: process.stdin })) {
  const { intent, score } = await nlp.process("zh", JSON.parse(line));
  console.log(JSON.stringify({ intent: intent === "None" ? "nlu_fallback" : intent, confidence: score }));
}
