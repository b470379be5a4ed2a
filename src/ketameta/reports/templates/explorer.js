(async () => {
  const packed = Uint8Array.from(atob(document.getElementById("explorer-data").textContent), (c) => c.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = await new Response(unpacked).json();
  const home = document.getElementById("explorer");
  const SVG = "http://www.w3.org/2000/svg";
  const state = { question: data.questions[0], mask: 0, set: "main", model: data.own, notice: "" };
  const STALE = "This link was made for another state of the review; showing the main analysis.";
  const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
  const draw = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
  const fill = (node, attributes, children) => {
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (key in { checked: 1, disabled: 1, value: 1, hidden: 1, selected: 1 }) node[key] = value;
      else node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== null));
    return node;
  };
  const capital = (name) => name.replace(/^[a-z](?=[a-z])/, (letter) => letter.toUpperCase());
  const text = (number) => data.texts[number];
  const bit = (i) => 1 << i;
  const members = () => state.question.rows.map((_, i) => i).filter((i) => state.mask & bit(i));
  const single = () => members().length === 1;
  const found = () => {
    const models = state.question.results;
    const model = single() ? data.own : state.model;
    const result = (models[model] || {})[state.mask];
    if (!result) return null;
    const [words, flags, marks, weights, sides, diamond, bar] = result;
    const [estimate, prediction, guarded, spread, people, reading, cautions] = words.map(text);
    return { estimate, prediction, guarded, spread, people, reading, cautions, flags, marks, weights, sides, diamond, bar };
  };
  const clash = () => state.question.conflicts.find(([a, b]) => state.mask & bit(a) && state.mask & bit(b));
  /* Of sets that tick the same results the one that was chosen keeps its name. */
  const chosenFirst = (a, b) => (b[0] === state.set) - (a[0] === state.set);
  const setOf = () => state.question.sets.filter((set) => set[2] === state.mask).sort(chosenFirst)[0];

  const command = () => {
    const question = state.question;
    const [tau2, interval] = state.model.split("|");
    const wider = question.sets.filter((set) => (set[2] & state.mask) === state.mask)
      .sort((a, b) => count(a[2]) - count(b[2]) || chosenFirst(a, b))[0];
    if (!wider || !state.mask) return "";
    const out = question.rows.filter((_, i) => wider[2] & bit(i) && !(state.mask & bit(i)));
    const parts = [`ketameta pool ${question.id}`];
    if (wider[0] !== "main") parts.push(`--set ${wider[0]}`);
    for (const row of out) parts.push(`--without ${row.study}`);
    if (state.model !== data.own) parts.push(`--tau2 ${tau2} --ci ${interval}`);
    return parts.join(" ");
  };
  const count = (mask) => mask.toString(2).replace(/0/g, "").length;

  /* Links name what they tick: a place in a list would tick another study once the list changes. */
  const remember = () => {
    const ticks = members().map((i) => state.question.rows[i].id).join("+") || "none";
    const parts = [state.question.id, ticks, ...state.model.split("|"), ...(setOf() ? [setOf()[0]] : [])];
    history.replaceState(null, "", `#explore/${parts.map((part) => encodeURIComponent(part).replaceAll("%2B", "+")).join("/")}`);
  };
  const recall = () => {
    const plain = (part) => { try { return decodeURIComponent(part); } catch { return ""; } };
    const [name, id, ticks, tau2, interval, set] = location.hash.slice(1).split("/").map(plain);
    if (name !== "explore" || id === undefined) return false;
    const question = data.questions.find((q) => q.id === id);
    state.model = data.own;
    choose(question || data.questions[0]);
    const main = state.mask;
    const places = ticks === "none" ? [] : (ticks || "").split("+").map((tick) => state.question.rows.findIndex((row) => row.id === tick));
    if (ticks !== undefined) state.mask = places.reduce((mask, i) => mask | bit(i), 0);
    const known = tau2 === undefined || (fits(tau2, interval) && data.estimators.some(([code]) => code === tau2) && data.intervals.some(([code]) => code === interval));
    state.notice = question && known && !clash() && (ticks === undefined || !places.includes(-1)) ? "" : STALE;
    if (state.notice) state.mask = main;
    else {
      if (tau2 !== undefined) state.model = `${tau2}|${interval}`;
      if (set && state.question.sets.some((one) => one[0] === set)) state.set = set;
    }
    return true;
  };

  const choice = (id, label, options, value, change) => {
    const select = el("select", { id, onchange: (event) => { change(event.target.value); update(id); } },
      ...options.map(([code, name, disabled]) => el("option", { value: code, disabled: Boolean(disabled) }, capital(name))));
    select.value = value;
    return el("label", {}, el("span", {}, label), select);
  };
  const choose = (question) => {
    state.question = question;
    state.set = "main";
    state.mask = question.sets[0][2];
    const [tau2, interval] = state.model.split("|");
    state.model = `${tau2}|${withVariance(tau2, interval)}`;
  };
  const tick = (i, on) => {
    if (!on) { state.mask &= ~bit(i); return; }
    for (const [a, b] of state.question.conflicts) {
      if (a === i) state.mask &= ~bit(b);
      if (b === i) state.mask &= ~bit(a);
    }
    state.mask |= bit(i);
  };
  const group = (title, key) => {
    const rows = state.question.rows;
    const values = [...new Set(rows.map((row) => row[key]))];
    if (values.length < 2) return null;
    return el("fieldset", {}, el("legend", {}, title), ...values.map((value) => {
      const of = rows.map((row, i) => (row[key] === value ? i : -1)).filter((i) => i >= 0);
      const on = of.filter((i) => state.mask & bit(i)).length;
      const taken = new Set(of.map((i) => rows[i].study)).size;
      const box = el("input", { type: "checkbox", checked: on === taken, id: `explore-${key}-${values.indexOf(value)}`, onchange: (event) => {
        const add = event.target.checked;
        for (const i of of) if (!add || !of.some((j) => j < i && rows[j].study === rows[i].study)) tick(i, add);
        update(`explore-${key}-${values.indexOf(value)}`);
      } });
      box.indeterminate = on > 0 && on < taken;
      return el("label", {}, box, ` ${capital(value)} (${on} of ${taken})`);
    }));
  };
  /* Methods that do not fit together, such as equal effects with an interval for differing ones, were never computed. */
  const fits = (tau2, interval) => {
    const known = Object.keys(state.question.results);
    return known.length < 2 || known.includes(`${tau2}|${interval}`);
  };
  const intervals = (tau2) => data.intervals.map(([code, name]) => [code, fits(tau2, code) ? name : `${name}: does not fit this variance`, !fits(tau2, code)]);
  const withVariance = (tau2, interval) => (fits(tau2, interval) ? interval : data.intervals.find(([code]) => fits(tau2, code))[0]);
  const controls = () => {
    const own = setOf();
    const sets = [...state.question.sets.map((set) => [set[0], set[0] === "main" ? "Main analysis" : set[1], !set[2]]), ["", "Own choice", true]];
    const [tau2, interval] = state.model.split("|");
    const questions = [...data.questions.map((q) => [q.id, q.title]), ...data.empty.map((title, i) => [`-${i}`, `${title}: no usable study`, true])];
    return el("div", { class: "explorer-controls" },
      choice("explore-question", "Outcome", questions, state.question.id, (id) => choose(data.questions.find((q) => q.id === id))),
      choice("explore-set", "Studies", sets, own ? own[0] : "", (id) => { state.set = id; state.mask = state.question.sets.find((set) => set[0] === id)[2]; }),
      choice("explore-tau2", "Variance between studies", data.estimators, tau2, (code) => { state.model = `${code}|${withVariance(code, interval)}`; }),
      choice("explore-interval", "Interval of the mean", intervals(tau2), interval, (code) => { state.model = `${tau2}|${code}`; }),
      group("Substance", "substance"), group("Control", "control"),
      el("button", { type: "button", id: "explore-back", onclick: () => { state.model = data.own; choose(state.question); update("explore-back"); } }, "Back to the main analysis"));
  };

  const percent = (value) => `${value}%`;
  const svg = (title, ...children) => draw("svg", title ? { class: "km-glyph", role: "img" } : { class: "km-glyph", "aria-hidden": "true" },
    title ? draw("title", {}, title) : null, upright(state.question.axis.null, "km-null", "100%"), ...children);
  const upright = (at, name, end) => at === null || at < 0 || at > 100 ? null
    : draw("line", { class: name, x1: percent(at), x2: percent(at), y1: -1, y2: end });
  const arrows = (cut) => [[1, "0%", "M-7 0L0-3.5V3.5Z"], [2, "100%", "M7 0L0-3.5V3.5Z"]].filter(([side]) => cut & side)
    .map(([, x, d]) => draw("svg", { x, y: "50%", overflow: "visible" }, draw("path", { class: "km-arrow", d })));
  const studyGlyph = (row, side) => {
    const [low, at, high, cut, shown] = row.line;
    return [draw("line", { class: "km-line", x1: percent(low), x2: percent(high), y1: "50%", y2: "50%" }),
      shown ? draw("rect", { class: `${side ? "km-square" : "km-hollow"} km-outline`, x: percent(at), y: "50%", width: side || 9, height: side || 9,
        transform: `translate(${-(side || 9) / 2} ${-(side || 9) / 2})` }) : null, ...arrows(cut)];
  };
  const diamondGlyph = (points) => points ? [draw("g", { transform: "translate(0 -7)" },
    draw("svg", { x: 0, y: "50%", width: "100%", height: 14, viewBox: "0 0 1000 14", preserveAspectRatio: "none", overflow: "visible" },
      draw("polygon", { class: "km-diamond-overall km-outline", points })))] : [];
  const barGlyph = ([low, high, cut]) => [draw("rect", { class: "km-bar km-outline", x: percent(low), y: "50%",
    width: percent(Math.round((high - low) * 100) / 100), height: 8, transform: "translate(0 -4)" }), ...arrows(cut)];
  const axisRow = (columns) => {
    const axis = state.question.axis;
    const parts = [draw("line", { class: "km-line", x1: "0%", x2: "100%", y1: 6, y2: 6 })];
    for (const [at, label] of axis.ticks) {
      parts.push(draw("line", { class: "km-line", x1: percent(at), x2: percent(at), y1: 6, y2: 10 }),
        draw("text", { x: percent(at), y: 23, "text-anchor": "middle" }, label));
    }
    parts.push(draw("text", { class: "km-axis-title", x: "50%", y: 39, "text-anchor": "middle" }, axis.title));
    for (const [words, anchor, shift] of [[axis.left, "end", -6], [axis.right, "start", 6]]) {
      if (words && axis.null !== null) parts.push(draw("text", { x: percent(axis.null), dx: shift, y: 56, "text-anchor": anchor },
        anchor === "end" ? `← ${words}` : `${words} →`));
    }
    const ends = `${axis.ticks[0][1]} to ${axis.ticks[axis.ticks.length - 1][1]}`;
    return el("tfoot", { role: "rowgroup" }, el("tr", { role: "row", class: "km-axis" }, el("td", { role: "cell", colspan: columns - 2 - after() }),
      el("td", { role: "cell", class: "km-plot" }, draw("svg", { class: "km-glyph", role: "img" }, draw("title", {}, `Axis: ${axis.title}, ${ends}`), ...parts)),
      el("td", { role: "cell", colspan: 1 + after() })));
  };

  const cell = (name, label, ...children) => {
    const filled = children.some((child) => child !== null && child !== "");
    return filled ? el("td", { role: "cell", class: name, ...(label ? { "data-label": label } : {}) }, ...children) : el("td", { role: "cell" });
  };
  const flag = (code) => el("a", { class: `flag ${data.flags[code][1]}`, href: `#flag-${code}`, title: data.flags[code][0] }, code);
  const spaced = (nodes) => nodes.flatMap((node, i) => (i ? [" ", node] : [node]));
  /* Flags of a result on its own, for rows that are not ticked and views that were not computed. */
  const alone = (i) => {
    const result = (state.question.results[data.own] || {})[bit(i)];
    return result ? result[2][0] : null;
  };
  const riskCell = ([kind, glyph, words]) => kind ? el("td", { role: "cell", class: "km-center km-detail", "data-label": "Risk of bias" },
    el("span", { class: `km-disc km-disc-${kind}`, role: "img", "aria-label": words, title: words }, glyph)) : el("td", { role: "cell", class: "km-center" }, "—");
  const studyRow = (row, i, result) => {
    const place = members().indexOf(i);
    const on = place >= 0;
    const box = el("input", { type: "checkbox", id: `explore-row-${i}`, checked: on, onchange: (event) => { tick(i, event.target.checked); update(`explore-row-${i}`); } });
    const marks = on && result ? result.marks[place] : alone(i);
    const codes = marks === null ? [] : text(marks).split(" ").filter(Boolean);
    return el("tr", { role: "row", class: on ? "km-study" : "km-study off" },
      el("th", { role: "rowheader", scope: "row" }, el("label", {}, box, ` ${row.label}`), el("span", { class: "detail" }, `${row.substance}, ${row.control}, ${row.time} `,
        el("a", { href: `#number-${state.question.id}-${row.id}` }, "where from"))),
      cell("km-left km-detail", state.question.arms[0], row.arms[0]), cell("km-left km-detail", state.question.arms[1], row.arms[1]),
      cell("km-flags km-detail", "Flags", ...spaced(codes.map(flag))),
      el("td", { role: "cell", class: "km-plot" }, svg(`${row.label}: ${row.effect}`, ...studyGlyph(row, on && result && result.sides.length ? result.sides[place] : 0))),
      cell("km-right km-effect", "", row.effect), cell("km-right km-detail", "Weight", on && result && result.weights.length ? text(result.weights[place]) : ""),
      ...(state.question.risk ? [riskCell(row.risk)] : []));
  };
  const after = () => (state.question.risk ? 2 : 1);
  const pooledRow = (kind, label, value, glyph) => el("tr", { role: "row", class: `km-${kind}` },
    el("th", { role: "rowheader", scope: "row", colspan: 4 }, label),
    el("td", { role: "cell", class: "km-plot" }, svg(`${label}: ${value}`, ...glyph)), cell("km-right km-effect", "", value), el("td", { role: "cell", colspan: after() }));
  const plot = (result) => {
    const question = state.question;
    const heads = ["Study", ...question.arms, "Flags", "Plot", `${question.measure} (${data.level} CI)`, "Weight", ...(question.risk ? ["RoB"] : [])];
    const body = question.rows.map((row, i) => studyRow(row, i, result));
    if (result && members().length > 1) {
      body.push(pooledRow("overall", `Pooled, ${members().length} studies`, result.estimate, diamondGlyph(result.diamond)));
      body.push(pooledRow("prediction", `${data.level} prediction interval`, result.prediction, result.bar.length ? barGlyph(result.bar) : []));
    }
    return el("figure", { class: "km-forest km-forest-default", "aria-labelledby": "explorer-title" },
      el("div", { class: "km-forest-scroll", role: "region", tabindex: 0, "aria-label": "Forest plot of the ticked studies" },
        el("table", { role: "table" }, el("caption", {}, el("span", { class: "km-forest-title", id: "explorer-title" }, question.title)),
          el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...heads.map((head) =>
            el("th", { role: "columnheader", scope: "col" }, head === "Plot" ? el("span", { class: "km-plot-title" }, head) : head)))),
          el("tbody", { role: "rowgroup" }, ...body), axisRow(heads.length))),
      question.risk ? el("figcaption", { class: "quiet" }, question.risk) : "");
  };

  const commandLine = (words, attributes) => {
    const line = command();
    return line ? el("p", attributes, words, el("code", { id: "explorer-command" }, line))
      : el("p", { ...attributes, id: "explorer-no-command" }, "No one command computes it: no set of studies of the review holds all the ticked results.");
  };
  const summary = (result) => {
    const question = state.question;
    if (!state.mask) return [el("p", { class: "lead" }, "No study is ticked.")];
    if (!result) {
      return [el("p", { class: "lead" }, "This combination was not computed when the page was made."), commandLine("This line computes it: ", {})];
    }
    if (single()) {
      const row = question.rows[members()[0]];
      return [el("p", { class: "lead" }, `One study, not pooled (${row.label}, ${result.people} people): ${question.name} of ${question.about}: ${result.estimate}; ${question.direction}.`)];
    }
    const parts = [["Prediction interval", result.prediction], ["Interval with the Hartung-Knapp factor kept at 1", result.guarded], ["Heterogeneity", result.spread]];
    return [el("p", { class: "lead", id: "explorer-estimate" }, `Pooled ${question.name} for ${question.about}: ${result.estimate}; ${question.direction}. ${members().length} studies, ${result.people} people.`),
      el("p", {}, result.reading.replace("{}", () => result.prediction)),
      el("dl", { class: "facts" }, ...parts.filter(([, value]) => value !== "—").map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
      result.cautions ? el("p", { class: "quiet", id: "explorer-cautions" }, result.cautions) : null];
  };
  const flags = (result) => !result || !result.flags.length ? null : el("ul", { class: "flag-list", "aria-label": "Flags on this pool" }, ...result.flags.map(([code, message]) =>
    el("li", { class: data.flags[code][1] }, flag(code), el("span", {}, el("strong", {}, `${data.flags[code][0][0].toUpperCase()}${data.flags[code][0].slice(1)}.`), ` ${text(message)}`))));

  const live = el("p", { class: "hidden-words", "aria-live": "polite" });
  const stage = el("div", {});
  const update = (focus) => {
    const result = found();
    if (focus) state.notice = "";
    stage.replaceChildren(state.notice ? el("p", { class: "lead", id: "explorer-notice" }, el("strong", {}, state.notice)) : "", controls(), el("div", { class: result ? "explorer-found" : "explorer-found unknown" }, ...summary(result).filter(Boolean)), plot(result),
      ...[flags(result)].filter(Boolean), ...(result ? [commandLine("The same on the command line: ", { class: "quiet" })] : []));
    live.textContent = state.notice || (result ? `${members().length} ticked. ${result.estimate}` : "Not computed.");
    if (focus) document.getElementById(focus).focus();
    remember();
  };
  home.append(live, stage);
  home.hidden = false;
  document.getElementById("explorer-off").hidden = true;
  const shared = recall();
  if (!shared) choose(state.question);
  const before = location.hash;
  update();
  if (!shared) history.replaceState(null, "", before || location.pathname + location.search);
  /* What was aimed at has moved down by the part that was just filled in. */
  (shared ? document.getElementById("explore") : document.querySelector(":target"))?.scrollIntoView();
  addEventListener("hashchange", () => { if (recall()) update(); });
})();
