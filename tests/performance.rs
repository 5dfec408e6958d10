//! The pages show what was measured: PERFORMANCE.md the instructions that are kept, README.md the figures
//! of the comparison's results.

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

/// The cells of each row of those tables of a page whose first cell starts so: the row's name, the
/// column's, and what stands there.
fn cells(page: &str, first_cell: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut columns: Option<Vec<String>> = None;
    for line in page.lines() {
        let Some(row) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
            columns = None;
            continue;
        };
        let row: Vec<String> = row.split(" | ").map(str::to_owned).collect();
        match &columns {
            None => columns = Some(row),
            Some(names) if names[0].starts_with(first_cell) => {
                for (name, cell) in names.iter().zip(&row).skip(1) {
                    found.push((row[0].clone(), name.clone(), cell.clone()));
                }
            }
            Some(_) => {}
        }
    }
    found.retain(|(row, ..)| row != "---");
    found
}

#[test]
fn the_figures_of_the_readme_are_those_of_the_results() {
    let results: HashMap<_, _> =
        cells(&read("benches/peers/results/table.md"), "an operation: median")
            .into_iter()
            .map(|(row, column, figure)| {
                let median = figure.split(" ±").next().expect("it has a first part").to_owned();
                ((row, column), median)
            })
            .collect();
    let shown = cells(&read("README.md"), "an operation");
    assert!(shown.len() > 200, "README.md has tables of figures, and not only {}", shown.len());
    for (row, column, figure) in shown {
        let measured = results.get(&(row.clone(), column.clone())).map_or("–", String::as_str);
        assert_eq!(figure, measured, "README.md is stale: {row}, {column}");
    }
}

#[test]
fn the_paths_of_two_workers_are_on_the_page() {
    let shown = shown();
    for path in kept().keys().filter(|path| path.starts_with("workers2_")) {
        assert!(shown.iter().any(|(it, _)| it == path), "PERFORMANCE.md lacks `{path}`");
    }
}
