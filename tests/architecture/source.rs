//! Rust text, taken apart as far as the rules need it.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// A rule that is broken.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// Counted from 1; 0 stands for the whole file.
    pub(crate) line: usize,
    pub(crate) rule: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.rule),
            line => write!(f, "{}:{line}: {}", self.path, self.rule),
        }
    }
}

/// One file in three views of the same lines.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Code alone: comments, strings and characters are blank.
    pub(crate) code: String,
    /// Comments alone.
    pub(crate) comments: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let (code, comments) = split_code_from_comments(text);
        Self { path: path.to_owned(), text: text.to_owned(), code, comments }
    }

    pub(crate) fn finding(&self, line: usize, rule: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, rule: rule.into() }
    }

    /// The line of a position in `code`, counted from 1.
    pub(crate) fn line_at(&self, position: usize) -> usize {
        1 + self.code[..position].matches('\n').count()
    }

    /// The positions in `code` where `needle` stands as words of its own.
    pub(crate) fn find(&self, needle: &str) -> Vec<usize> {
        find_words(&self.code, needle)
    }

    /// One finding for each place where `needle` stands in the code.
    pub(crate) fn findings_at(&self, needle: &str, rule: &str) -> Vec<Finding> {
        let found = self.find(needle).into_iter();
        found.map(|at| self.finding(self.line_at(at), rule)).collect()
    }

    pub(crate) fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub(crate) fn find_words(text: &str, needle: &str) -> Vec<usize> {
    let starts_as_word = needle.starts_with(is_word);
    let ends_as_word = needle.ends_with(is_word);
    let stands_alone = |at: usize| {
        !(starts_as_word && text[..at].ends_with(is_word)
            || ends_as_word && text[at + needle.len()..].starts_with(is_word))
    };
    text.match_indices(needle).map(|(at, _)| at).filter(|&at| stands_alone(at)).collect()
}

pub(crate) fn first_word(text: &str) -> &str {
    &text[..text.find(|c| !is_word(c)).unwrap_or(text.len())]
}

/// Splits Rust text in two of as many lines: what is code, and what is comment.
fn split_code_from_comments(text: &str) -> (String, String) {
    let (mut code, mut comments) = (String::new(), String::new());
    let mut rest = text;
    while !rest.is_empty() {
        let (length, kind) = next_piece(rest, code.ends_with(is_word));
        let (piece, after) = rest.split_at(length);
        let blank: String = piece.chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        let (in_code, in_comments) = match kind {
            Piece::Code => (piece, &*blank),
            Piece::Comment => (&*blank, piece),
            Piece::Literal => (&*blank, &*blank),
        };
        code.push_str(in_code);
        comments.push_str(in_comments);
        rest = after;
    }
    (code, comments)
}

enum Piece {
    Code,
    Comment,
    Literal,
}

fn next_piece(rest: &str, after_word: bool) -> (usize, Piece) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Piece::Comment);
    }
    if rest.starts_with("/*") {
        return (block_comment_length(rest), Piece::Comment);
    }
    if let Some(length) = raw_string_length(rest).filter(|_| !after_word) {
        return (length, Piece::Literal);
    }
    if rest.starts_with('"') {
        return (quoted_length(rest, '"'), Piece::Literal);
    }
    // An apostrophe opens a character only where another closes it; else it names a lifetime.
    let mut chars = rest.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('\''), Some('\\'), _) => (quoted_length(rest, '\''), Piece::Literal),
        (Some('\''), Some(c), Some('\'')) => (c.len_utf8() + 2, Piece::Literal),
        (first, _, _) => (first.map_or(0, char::len_utf8), Piece::Code),
    }
}

/// Block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let tail = &rest[at..];
        if tail.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if tail.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of `r"…"`, `r#"…"#` and their byte and C kin, where `rest` starts with one.
fn raw_string_length(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r"].into_iter().find(|prefix| rest.starts_with(prefix))?;
    let body = &rest[prefix.len()..];
    let hashes = body.len() - body.trim_start_matches('#').len();
    let open = prefix.len() + hashes + 1;
    body[hashes..].starts_with('"').then_some(())?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(rest[open..].find(&close).map_or(rest.len(), |at| open + at + close.len()))
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// The Rust files below `folder`, sorted, with paths from the root of the package.
pub(crate) fn sources_below(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect_rust_files(&root.join(folder), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a file of the source tree can be read");
        let path = path.strip_prefix(root).expect("it was found below the root");
        let path: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        Source::new(&path.join("/"), &text)
    };
    paths.into_iter().map(read).collect()
}

fn collect_rust_files(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder of the source tree can be read").path();
        if path.is_dir() && !path.ends_with("target") {
            collect_rust_files(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}
