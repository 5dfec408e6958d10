//! The rules: what each finds in one file.

use crate::source::{Finding, Source, find_words, first_word, is_word};

/// What is no layer: the face of the crate, and what macro output may name.
const ABOVE_ALL_LAYERS: [&str; 2] = ["src/lib.rs", "src/private.rs"];

const MAX_LINES: usize = 400;

/// How many lines above its `unsafe` the comment may begin that says why it is sound.
const SAFETY_REACH: usize = 6;

const NAMES_THAT_SAY_NOTHING: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];

/// The layer in which a file of `src/` lies.
fn layer_of(path: &str, layers: &[&str]) -> Option<usize> {
    let inside = path.strip_prefix("src/")?;
    layers.iter().position(|layer| *layer == first_word(inside))
}

/// A module uses only its own layer and those below.
pub(crate) fn layers_are_kept(source: &Source, layers: &[&str]) -> Vec<Finding> {
    if !source.is_under("src/") || ABOVE_ALL_LAYERS.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let Some(own) = layer_of(&source.path, layers) else {
        let rule = format!("is in no layer; the layers are {}", layers.join(" → "));
        return vec![source.finding(0, rule)];
    };
    let mut findings = Vec::new();
    for (at, name) in names_below_the_root(source) {
        let macro_call = source.code[at + name.len()..].starts_with('!');
        let line = source.line_at(at);
        match layers.iter().position(|layer| *layer == name) {
            Some(used) if used <= own => {}
            Some(_) => findings.push(source.finding(
                line,
                format!("layer `{}` uses `{name}`, which lies above it", layers[own]),
            )),
            None if macro_call || name == "__private" => {}
            None => findings.push(source.finding(
                line,
                format!("`crate::{name}` hides the layer it comes from; name the layer"),
            )),
        }
    }
    findings
}

/// Every name that follows `crate::`, or as many `super::` as lead to the root, with its position.
fn names_below_the_root(source: &Source) -> Vec<(usize, &str)> {
    let code = &source.code;
    let mut starts: Vec<usize> = source.find("crate::").into_iter().map(|at| at + 7).collect();
    let to_root = "super::".repeat(module_depth(&source.path));
    if !to_root.is_empty() {
        starts.extend(source.find(&to_root).into_iter().map(|at| at + to_root.len()));
    }
    let mut names = Vec::new();
    for start in starts {
        if code[start..].starts_with('{') {
            names.extend(names_in_braces(code, start));
        } else {
            names.push((start, first_word(&code[start..])));
        }
    }
    names.retain(|(_, name)| !matches!(*name, "" | "super"));
    names
}

/// How many `super::` lead from a file's module to the root of the crate.
fn module_depth(path: &str) -> usize {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    path.trim_end_matches("/mod").split('/').count()
}

/// The first name of every entry in the braces that open at `start`.
fn names_in_braces(code: &str, start: usize) -> Vec<(usize, &str)> {
    let (mut depth, mut entry_begins) = (0, false);
    let mut names = Vec::new();
    for (at, c) in code[start..].char_indices() {
        match c {
            '{' => (depth, entry_begins) = (depth + 1, depth == 0),
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' => entry_begins = depth == 1,
            c if entry_begins && is_word(c) => {
                names.push((start + at, first_word(&code[start + at..])));
                entry_begins = false;
            }
            _ => {}
        }
    }
    names
}

/// Files stay short enough to be read in one go.
pub(crate) fn files_are_short(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    let long = lines > MAX_LINES;
    long.then(|| source.finding(0, format!("{lines} lines; at most {MAX_LINES}")))
        .into_iter()
        .collect()
}

/// The first `unsafe` that the compiler's lint would see: types of pointers to functions are none.
fn first_unsafe(source: &Source) -> Option<usize> {
    source.find("unsafe").into_iter().find(|at| {
        let after = source.code[at + "unsafe".len()..].trim_start();
        !after.strip_prefix("fn").is_some_and(|after| after.trim_start().starts_with('('))
    })
}

/// `unsafe` stands only where it is expected, in files that name their invariants.
pub(crate) fn unsafe_is_expected(source: &Source, expected: &[&str]) -> Vec<Finding> {
    let listed = expected.contains(&source.path.as_str());
    let Some(at) = first_unsafe(source) else {
        let rule = "is listed in FILES_WITH_UNSAFE and contains none";
        return listed.then(|| source.finding(0, rule)).into_iter().collect();
    };
    let mut findings = Vec::new();
    if !listed {
        findings.push(source.finding(source.line_at(at), "`unsafe` in a file not listed for it"));
    }
    let without_blanks: String = source.code.split_whitespace().collect();
    if !without_blanks.contains("#![expect(unsafe_code") {
        let rule = "contains `unsafe` without `#![expect(unsafe_code, reason = …)]` at its head";
        findings.push(source.finding(0, rule));
    }
    if !source.text.lines().any(|line| line.trim_end() == "//! # Invariants") {
        let rule = "contains `unsafe` without an `# Invariants` section in its module docs";
        findings.push(source.finding(0, rule));
    }
    findings
}

/// Every unsafe block and implementation says why it is sound.
pub(crate) fn unsafe_is_justified(source: &Source) -> Vec<Finding> {
    let comments: Vec<&str> = source.comments.lines().collect();
    let is_justified = |line: usize| {
        let above = &comments[(line - 1).saturating_sub(SAFETY_REACH)..line];
        above.iter().any(|comment| comment.trim_start().starts_with("// SAFETY:"))
    };
    let unsafe_blocks = source.find("unsafe {").into_iter().chain(source.find("unsafe impl"));
    unsafe_blocks
        .map(|at| source.line_at(at))
        .filter(|&line| !is_justified(line))
        .map(|line| {
            let rule = format!("no `SAFETY` comment begins in the {SAFETY_REACH} lines above");
            source.finding(line, rule)
        })
        .collect()
}

/// What differs between systems stands in `sys/`.
pub(crate) fn platforms_stay_in_sys(source: &Source) -> Vec<Finding> {
    if source.path.contains("/sys/") {
        return Vec::new();
    }
    ["target_os", "target_family", "(unix", "(windows)"]
        .into_iter()
        .flat_map(|word| source.findings_at(word, "code for one system stands only below `sys/`"))
        .collect()
}

/// `mod.rs` is a table of contents.
pub(crate) fn mod_files_hold_no_logic(source: &Source) -> Vec<Finding> {
    if !source.path.ends_with("/mod.rs") {
        return Vec::new();
    }
    ["fn", "impl"]
        .into_iter()
        .flat_map(|word| source.findings_at(word, "`mod.rs` is a table of contents, without logic"))
        .collect()
}

/// Time comes from the clock that was handed in.
pub(crate) fn clocks_are_read_in_one_place(source: &Source, readers: &[&str]) -> Vec<Finding> {
    if readers.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let rule = "time comes from the clock that was handed in";
    let mut findings = Vec::new();
    for word in ["Instant::now", "SystemTime", "quanta::", "std::time::Instant"] {
        findings.extend(source.findings_at(word, rule));
    }
    for at in source.find("std::time::{") {
        let names = &source.code[at..];
        let names = &names[..names.find('}').unwrap_or(names.len())];
        if !find_words(names, "Instant").is_empty() {
            findings.push(source.finding(source.line_at(at), rule));
        }
    }
    findings
}

/// A name says what is inside.
pub(crate) fn names_say_something(source: &Source) -> Vec<Finding> {
    let rule = |name: &str| format!("`{name}` says nothing about what is inside");
    let stem = source.path.trim_end_matches(".rs");
    let parts = stem.split('/').filter(|part| NAMES_THAT_SAY_NOTHING.contains(part));
    let mut findings: Vec<Finding> = parts.map(|part| source.finding(0, rule(part))).collect();
    for name in NAMES_THAT_SAY_NOTHING {
        findings.extend(source.findings_at(&format!("mod {name}"), &rule(name)));
    }
    findings
}

/// What is in the tree is finished.
pub(crate) fn nothing_is_left_over(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for word in ["dbg!", "todo!", "#[ignore"] {
        findings.extend(source.findings_at(word, &format!("`{word}` is left over")));
    }
    for word in [concat!("TO", "DO"), concat!("FIX", "ME")] {
        for at in find_words(&source.comments, word) {
            let line = 1 + source.comments[..at].matches('\n').count();
            findings.push(source.finding(line, format!("`{word}` is left over")));
        }
    }
    findings
}
