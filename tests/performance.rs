//! PERFORMANCE.md shows the instructions that are counted, and names paths that there are.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(file)).expect("the file can be read")
}

/// The count of each path, as `.ci/instructions.sh` keeps it.
fn kept() -> HashMap<String, u32> {
    let text = read("benches/local_paths/instructions.txt");
    let counts = text.lines().map(|line| {
        let (path, count) = line.split_once(' ').expect("a path, then its count");
        (path.to_owned(), count.trim().parse().expect("a number"))
    });
    counts.collect()
}

/// The rows of the page whose first cell is a path in quotes and whose second is a number.
fn shown() -> Vec<(String, u32)> {
    let page = read("PERFORMANCE.md");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let path = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((path.to_owned(), cells.next()?.parse().ok()?))
    });
    rows.collect()
}

#[test]
fn the_instructions_on_the_page_are_those_that_are_kept() {
    let (kept, shown) = (kept(), shown());
    assert!(shown.len() >= 15, "the page has a table of paths, and not only {shown:?}");
    for (path, count) in shown {
        assert_eq!(kept.get(&path), Some(&count), "PERFORMANCE.md is stale: `{path}`");
    }
}

#[test]
fn the_paths_of_two_workers_are_on_the_page() {
    let shown = shown();
    for path in kept().keys().filter(|path| path.starts_with("workers2_")) {
        assert!(shown.iter().any(|(it, _)| it == path), "PERFORMANCE.md lacks `{path}`");
    }
}
