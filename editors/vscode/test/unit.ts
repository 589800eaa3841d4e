// What the extension decides by itself, tried without an editor.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Life } from "../src/lives";
import { MOST, Restarts } from "../src/restarts";
import { fit, runsServer, versionOf } from "../src/versions";
import { detailOf, fileOf, placesOf, summaryOf, told, worstOf } from "../src/words";

const FILE = "file:///work/my%20train.py";

const life: Life = {
  name: "model",
  function: "train",
  kind: "sequential",
  uri: FILE,
  line: 3,
  steps: [
    { what: "defined", detail: "`model` is bound to it", uri: FILE, line: 3, column: 4 },
    { what: "trained", detail: "", uri: "file:///work/loops.py", line: 6, column: 4 },
    { what: "asked to predict", detail: "", uri: FILE, line: 8, column: 4 },
  ],
  findings: [
    { rule: "predict-in-loop", severity: "hint", message: "slow", uri: FILE, line: 8 },
    { rule: "model-rebuilt-in-loop", severity: "warning", message: "lost", uri: FILE, line: 3 },
  ],
};
const noCell = (): undefined => undefined;

test("a server fits the extension if both are of the same series", () => {
  assert.equal(fit("0.1.0", "0.1.0"), "same");
  assert.equal(fit("0.1.9", "0.1.0"), "same");
  assert.equal(fit("0.1.0rc1", "0.1.2"), "same");
  assert.equal(fit("0.0.9", "0.1.0"), "older");
  assert.equal(fit("0.10.0", "0.9.0"), "newer");
  assert.equal(fit("1.0", "0.9.0"), "newer");
  assert.equal(fit("0.9.0", "1.0.0"), "older");
});

test("a version that is none is told apart", () => {
  for (const strange of [undefined, "", "unknown", "main"]) {
    assert.equal(fit(strange, "0.1.0"), "unknown");
  }
  assert.equal(versionOf({ packageJSON: { version: "2.0.0" } }), "2.0.0");
  assert.equal(versionOf({ packageJSON: {} }), "unknown");
});

test("the server needs Python 3.11", () => {
  assert.equal(runsServer([3, 11, 0]), true);
  assert.equal(runsServer([3, 14]), true);
  assert.equal(runsServer([4, 0, 0]), true);
  assert.equal(runsServer([3, 10, 12]), false);
  assert.equal(runsServer([2, 7, 18]), false);
  assert.equal(runsServer([]), false);
});

test("a server that crashes is started again three times in three minutes", () => {
  const restarts = new Restarts();
  const answers = [0, 1, 2, 3].map((second) => restarts.crashed(second * 1000));
  assert.deepEqual(answers, [true, true, true, false]);
  assert.equal(MOST, 3);
});

test("crashes of long ago do not count, and those before a restart by hand do not", () => {
  const restarts = new Restarts();
  for (const minute of [0, 1, 2, 3.1, 4.1, 5.2]) {
    assert.equal(restarts.crashed(minute * 60_000), true);
  }
  restarts.crashed(5.3 * 60_000);
  restarts.forget();
  assert.equal(restarts.crashed(5.4 * 60_000), true);
});

test("each start waits a little longer than the one before", () => {
  const restarts = new Restarts();
  const pauses = [0, 1, 2].map((second) => {
    restarts.crashed(second);
    return restarts.pause;
  });
  assert.deepEqual(pauses, [250, 500, 1000]);
});

test("a model in words: what it is, what became of it, where it is made", () => {
  assert.equal(summaryOf(life), "sequential · trained · in train");
  assert.equal(summaryOf({ ...life, function: "", steps: [] }), "sequential");
});

test("what is in view already is not said again", () => {
  const [defined, ...others] = life.steps;
  assert.ok(defined !== undefined && others[0] !== undefined);
  assert.equal(detailOf(defined, life), "");
  assert.equal(detailOf({ ...defined, detail: "`net` is bound to it" }, life), "`net` is bound to it");
  const loop = "in `train`, in the loop over folds";
  assert.equal(detailOf({ ...others[0], detail: loop }, life), "in the loop over folds");
  assert.equal(detailOf({ ...others[0], detail: "in `train`" }, life), "");
  assert.equal(detailOf({ ...others[0], detail: "in `train_all`" }, life), "in `train_all`");
});

test("the worst of what is wrong marks the model", () => {
  assert.equal(worstOf(life), "warning");
  assert.equal(worstOf({ ...life, findings: [] }), undefined);
});

test("places are told as one would say them", () => {
  const at = { uri: FILE, line: 3 };
  assert.equal(placesOf(at, FILE, noCell), "line 4");
  assert.equal(placesOf(at, "file:///other.py", noCell), "my train.py, line 4");
  assert.equal(placesOf(at, FILE, () => 2), "cell 2, line 4");
  assert.equal(fileOf("file:///a/100%.py"), "100%.py");
  assert.equal(fileOf("untitled:Untitled-1"), "untitled:Untitled-1");
});

test("a life as a page", () => {
  assert.equal(
    told(FILE, [life], noCell),
    [
      "line 4: `model`, sequential model in `train`",
      "    line 4: defined  (`model` is bound to it)",
      "    loops.py, line 7: trained",
      "    line 9: asked to predict",
      "    line 9: hint: slow [predict-in-loop]",
      "    line 4: warning: lost [model-rebuilt-in-loop]",
      "",
    ].join("\n"),
  );
  assert.match(told(FILE, [], noCell), /^my train\.py: no Keras model/u);
});
